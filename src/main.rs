//! The provider's process: what Terraform starts.

use std::process::ExitCode;

use clap::Parser;
use terraform_provider_dataverse::provider::Dataverse;
use tf_provider::plugin::{self, ServeOptions, Server};

/// Terraform provider for the security of Microsoft Dataverse. Terraform starts it; run by hand it only explains itself.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Serve for a debugger: print the environment variable that makes Terraform use this process, until interrupted.
    #[arg(long)]
    debug: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let options = ServeOptions {
        provider_name: "dataverse".into(),
        provider_address: "registry.terraform.io/terraform-provider-dataverse/dataverse".into(),
        debug: arguments.debug,
    };
    plugin::run(Server::<Dataverse>::default(), &options)
}
