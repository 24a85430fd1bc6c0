//! The clouds that have a Dataverse, and where their services are.

/// A cloud of Microsoft ("Dataverse in sovereign clouds"; the Entra national cloud endpoints; for the Power Platform admin
/// API, the constants of Microsoft's own `powerplatform` provider).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cloud {
    /// The public cloud.
    #[default]
    Public,
    /// Government Community Cloud; its people and applications are in the public Entra.
    Gcc,
    /// Government Community Cloud High.
    GccHigh,
    /// The cloud of the US Department of Defense.
    Dod,
    /// The cloud in China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// Every cloud by the name that a configuration uses.
    pub const NAMES: [&'static str; 5] = ["public", "gcc", "gcc_high", "dod", "china"];

    /// The cloud of that name, in any case.
    pub fn parse(name: &str) -> Option<Cloud> {
        let clouds = [Cloud::Public, Cloud::Gcc, Cloud::GccHigh, Cloud::Dod, Cloud::China];
        let position = Cloud::NAMES.iter().position(|known| known.eq_ignore_ascii_case(name.trim()))?;
        clouds.get(position).copied()
    }

    /// Root of the sign-in service.
    pub fn authority_host(self) -> &'static str {
        match self {
            Cloud::Public | Cloud::Gcc => "https://login.microsoftonline.com",
            Cloud::GccHigh | Cloud::Dod => "https://login.microsoftonline.us",
            Cloud::China => "https://login.chinacloudapi.cn",
        }
    }

    /// Root of the Power Platform admin API.
    pub fn admin_api_url(self) -> &'static str {
        match self {
            Cloud::Public => "https://api.bap.microsoft.com",
            Cloud::Gcc => "https://gov.api.bap.microsoft.us",
            Cloud::GccHigh => "https://high.api.bap.microsoft.us",
            Cloud::Dod => "https://api.bap.appsplatform.us",
            Cloud::China => "https://api.bap.partner.microsoftonline.cn",
        }
    }

    /// Scope of the tokens that the Power Platform admin API takes.
    pub fn admin_scope(self) -> &'static str {
        match self {
            Cloud::Public => "https://service.powerapps.com/.default",
            Cloud::Gcc => "https://service.powerapps.us/.default",
            Cloud::GccHigh => "https://high.service.apps.appsplatform.us/.default",
            Cloud::Dod => "https://service.apps.appsplatform.us/.default",
            Cloud::China => "https://service.powerapps.cn/.default",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataverse::parse_environment_url;

    #[test]
    fn every_name_is_a_cloud_with_usable_addresses() {
        for name in Cloud::NAMES {
            let cloud = Cloud::parse(name).unwrap();
            assert!(parse_environment_url(cloud.authority_host()).is_ok(), "{name}");
            assert!(parse_environment_url(cloud.admin_api_url()).is_ok(), "{name}");
            assert!(cloud.admin_scope().ends_with("/.default"), "{name}");
        }
        assert_eq!(Cloud::parse(" GCC_High "), Some(Cloud::GccHigh));
        assert_eq!(Cloud::parse("mooncake"), None);
    }
}
