//! The level that the environment asks for.

use tracing::level_filters::LevelFilter;

/// Reads the variables from the most particular to the most general; an empty one counts as not set.
pub(super) fn from_vars(provider_name: &str, var: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", provider_name.to_ascii_uppercase().replace('-', "_"));
    [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|name| var(name).filter(|value| !value.is_empty()))
        .map_or(LevelFilter::OFF, |value| parse(&value))
}

/// Like the host, takes `JSON` and every word that is no level for the finest one.
fn parse(value: &str) -> LevelFilter {
    match value.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(vars: &[(&str, &str)]) -> LevelFilter {
        from_vars("my-cloud", |name| {
            vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_is_logged_unless_asked_for() {
        assert_eq!(level(&[]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "")]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "off")]), LevelFilter::OFF);
    }

    #[test]
    fn the_most_particular_variable_wins() {
        let all = [("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "INFO"), ("TF_LOG_PROVIDER_MY_CLOUD", "ERROR")];
        assert_eq!(level(&all), LevelFilter::ERROR);
        assert_eq!(level(&all[..2]), LevelFilter::INFO);
        assert_eq!(level(&all[..1]), LevelFilter::TRACE);
    }

    #[test]
    fn json_and_unknown_words_mean_everything() {
        assert_eq!(level(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
        assert_eq!(level(&[("TF_LOG", "1")]), LevelFilter::TRACE);
        assert_eq!(level(&[("TF_LOG", "debug")]), LevelFilter::DEBUG);
    }
}
