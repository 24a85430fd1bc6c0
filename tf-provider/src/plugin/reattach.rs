//! Debug mode: a provider that a person started and the host attaches to.

use serde_json::json;

use super::handshake::{APP_PROTOCOL, Address};

/// The text to paste into the shell that runs Terraform: `TF_REATTACH_PROVIDERS` with the provider's address.
///
/// `Test` is true, so that the host leaves the process running after each of its walks.
pub(crate) fn instructions(provider_address: &str, address: &Address) -> String {
    let configuration = json!({
        provider_address: {
            "Protocol": "grpc",
            "ProtocolVersion": APP_PROTOCOL,
            "Pid": std::process::id(),
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.text() },
        }
    });
    // Single quotes inside single quotes, for the shell's sake.
    let quoted = configuration.to_string().replace('\'', r"'\''");
    format!(
        "Provider started. To attach Terraform or OpenTofu to it, set this variable:\n\n\
         \tTF_REATTACH_PROVIDERS='{quoted}'\n\n\
         Ctrl-C stops the provider.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_finds_everything_it_needs_to_attach() {
        let text = instructions("registry.terraform.io/acme/widget", &Address::Unix("/tmp/p/s".into()));
        let json = text.split('\'').nth(1).expect("a quoted value");
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        let provider = &value["registry.terraform.io/acme/widget"];
        assert_eq!(provider["Protocol"], "grpc");
        assert_eq!(provider["ProtocolVersion"], 5);
        assert_eq!(provider["Pid"], std::process::id());
        assert_eq!(provider["Test"], true);
        assert_eq!(provider["Addr"], json!({ "Network": "unix", "String": "/tmp/p/s" }));
    }
}
