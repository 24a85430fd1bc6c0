//! Compiles the protocol definitions with protox, so that `protoc` is not needed.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto");
    println!("cargo::rerun-if-changed={}", proto.display());
    let files = ["tfplugin5.proto", "grpc_controller.proto", "grpc_stdio.proto", "grpc_broker.proto"];
    let descriptors = protox::compile(files, [&proto])?;
    tonic_prost_build::configure().build_transport(false).btree_map(".").compile_fds(descriptors)?;
    Ok(())
}
