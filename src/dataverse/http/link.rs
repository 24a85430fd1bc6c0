//! Where a request goes: below the service root, or to a link that the service gave and that stays on its host.

use url::Url;

/// The address of `path`. A token goes there, so whatever is not the host of the environment itself is refused.
///
/// # Errors
/// A sentence about where a link leads, or why it cannot be read.
pub(super) fn resolve(base: &Url, path: &str) -> Result<Url, String> {
    let is_link = path.split(['/', '\\', '?', '(']).next().is_some_and(|start| start.contains(':'));
    let text = if is_link { path.to_owned() } else { format!("{base}{path}") };
    let url = Url::parse(&text).map_err(|error| error.to_string())?;
    if url.scheme() != base.scheme() {
        return Err(format!("it is not an {} link", base.scheme()));
    }
    if url.origin() != base.origin() {
        return Err("it leads to another host".to_owned());
    }
    // They would be sent in place of the token.
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it has a user name or password in it".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(path: &str) -> Result<String, String> {
        let base = Url::parse("https://contoso.crm.dynamics.com/api/data/v9.2/").unwrap();
        resolve(&base, path).map(String::from)
    }

    #[test]
    fn paths_lie_below_the_service_root_and_links_stay_on_its_host() {
        let root = "https://contoso.crm.dynamics.com/api/data/v9.2/";
        for path in ["roles", "roles?$filter=name%20eq%20%27a:b%27", "EntityDefinitions(LogicalName='a:b')"] {
            assert_eq!(address(path), Ok(format!("{root}{path}")));
        }
        let link = format!("{root}roles?$skiptoken=%3Ccookie%20pagenumber=%222%22%20/%3E");
        assert_eq!(address(&link), Ok(link.clone()));
        assert!(address(&link.replace("https", "HTTPS").replace(".com/", ".com:443/")).is_ok());
    }

    #[test]
    fn links_to_elsewhere_are_refused() {
        for link in [
            "https://evil.example/api/data/v9.2/roles",
            "https://contoso.crm.dynamics.com.evil.example/roles",
            "https://contoso.crm.dynamics.com:8443/roles",
            "https://contoso.crm.dynamics.com@evil.example/roles",
            "https://user:word@contoso.crm.dynamics.com/roles",
            "http://contoso.crm.dynamics.com/roles",
            "HTTPS://evil.example/roles",
            "https:\\\\evil.example\\roles",
            "https:evil.example",
            "file:///etc/passwd",
            "data:application/json,{}",
        ] {
            assert!(address(link).is_err(), "{link} became {:?}", address(link));
        }
    }
}
