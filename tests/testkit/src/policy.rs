//! The content policy of the app's page. In the source it stands in `deploy/nginx.conf`, with all but
//! the hash of the style sheet in the page, which changes whenever the style does.

use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};

/// What names an inline script or style sheet in a policy.
#[must_use]
pub fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// The same configuration, or policy, for this page: the page's own style sheet is allowed.
#[must_use]
pub fn for_page(configuration: &str, page: &str) -> String {
    let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    let Some((style, _)) = style else { return configuration.to_owned() };
    configuration.replace("style-src 'self'", &format!("style-src 'self' {}", hash(style)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_of_the_page_is_allowed_and_no_other() {
        let page = "<head><style>p{color:red}</style><script>x()</script></head>";
        let policy = for_page("script-src 'self'; style-src 'self'; img-src 'self'", page);
        let allowed = format!("style-src 'self' {}; img-src", hash("p{color:red}"));
        assert!(policy.contains(&allowed), "{policy}");
        assert!(policy.starts_with("script-src 'self'; "), "{policy}");
        assert_eq!(for_page("style-src 'self'", "<p>"), "style-src 'self'");
    }
}
