//! The tokens that were issued.

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use super::jwt;
use crate::clock;
use crate::seed_ids::TENANT_ID;
use crate::wire::Request;

/// Resources of the Power Platform admin API, one per cloud.
const ADMIN_RESOURCES: [&str; 5] = [
    "https://service.powerapps.com",
    "https://service.powerapps.us",
    "https://high.service.apps.appsplatform.us",
    "https://service.apps.appsplatform.us",
    "https://service.powerapps.cn",
];

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The Web API of the environment.
    Environment,
    /// The Power Platform admin API.
    Administration,
}

impl Audience {
    /// The audience of a resource, such as `https://contoso.crm.dynamics.com/`; `host` is that of the environment.
    pub(crate) fn of(resource: &str, host: &str) -> Option<Self> {
        let resource = resource.trim_end_matches('/');
        if ADMIN_RESOURCES.iter().any(|known| known.eq_ignore_ascii_case(resource)) {
            return Some(Self::Administration);
        }
        let port = host.rsplit_once(':').map_or("443", |(_, port)| port);
        let hosts = [host.to_owned(), format!("localhost:{port}"), format!("127.0.0.1:{port}")];
        let asked = resource.strip_prefix("https://")?;
        hosts.iter().any(|host| host.eq_ignore_ascii_case(asked)).then_some(Self::Environment)
    }
}

/// What a token stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grant {
    pub(crate) client_id: Uuid,
    pub(crate) audience: Audience,
    pub(crate) expires: u64,
}

/// Issued tokens.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, Grant>,
}

impl Tokens {
    /// The grant of a token that has not expired.
    pub(crate) fn grant(&self, token: &str) -> Option<Grant> {
        self.issued.get(token).copied().filter(|grant| clock::seconds() < grant.expires)
    }

    /// Takes back the token that a request carries.
    pub(crate) fn revoke(&mut self, request: &Request) {
        let header = request.header("authorization").unwrap_or_default();
        if let Some((_, token)) = header.split_once(' ') {
            self.issued.remove(token.trim());
        }
    }

    /// Issues a token; `resource` is its `aud`.
    pub(crate) fn issue(
        &mut self,
        client_id: Uuid,
        object_id: Uuid,
        resource: &str,
        audience: Audience,
        lifetime: u64,
    ) -> String {
        let now = clock::seconds();
        self.issued.retain(|_, grant| now < grant.expires);
        let header = json!({"typ":"JWT","alg":"RS256","kid":"emulator"});
        let claims = json!({
            "aud": resource, "iss": format!("https://sts.windows.net/{TENANT_ID}/"), "iat": now, "nbf": now,
            "exp": now + lifetime, "appid": client_id, "oid": object_id, "sub": object_id, "tid": TENANT_ID,
            "idtyp": "app", "ver": "1.0", "uti": Uuid::new_v4(),
        });
        let noise = [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat();
        let token = jwt::seal(&jwt::message(&header, &claims), &noise);
        self.issued.insert(token.clone(), Grant { client_id, audience, expires: now + lifetime });
        token
    }
}
