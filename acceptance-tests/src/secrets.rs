//! Looks for secrets in what a run leaves: in every spelling that a log, a state or a plan could have, packed or not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

/// The spellings of a secret: as it is, in base64 whatever stands before it, percent-encoded, and as part of a JSON string.
#[must_use]
pub fn spellings(secret: &str) -> BTreeSet<Vec<u8>> {
    assert!(secret.len() >= 8, "{secret:?} is too short to be looked for");
    let mut found: BTreeSet<Vec<u8>> = [secret.as_bytes().to_vec()].into();
    for shift in 0..3 {
        // The characters at both ends depend on what stands beside the secret.
        let text = [&b"xx"[..shift.min(2)], secret.as_bytes()].concat();
        let (begin, end) = ((shift * 8).div_ceil(6), text.len() * 8 / 6);
        for engine in [&BASE64_STANDARD_NO_PAD, &BASE64_URL_SAFE_NO_PAD] {
            found.insert(engine.encode(&text).as_bytes()[begin..end].to_vec());
        }
    }
    let percent = |lower: bool, keep: &[u8]| -> Vec<u8> {
        let byte = |byte: u8| match byte {
            _ if byte.is_ascii_alphanumeric() || keep.contains(&byte) => char::from(byte).to_string(),
            _ if lower => format!("%{byte:02x}"),
            _ => format!("%{byte:02X}"),
        };
        secret.bytes().map(byte).collect::<String>().into_bytes()
    };
    found.extend([percent(false, b"-._~"), percent(true, b"-._~"), percent(false, b"-._*")]);
    found.insert(String::from_utf8_lossy(&percent(false, b"-._*")).replace("%20", "+").into_bytes());
    let json = serde_json::to_string(secret).expect("text is JSON");
    let json = json.trim_matches('"').to_owned();
    // The encoder of Go spells these so, because they mean something in HTML.
    let go = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let twice = serde_json::to_string(&json).expect("text is JSON").trim_matches('"').to_owned();
    found.extend([json, go, twice].map(String::into_bytes));
    found
}

/// Fails when a secret stands in `text`.
#[track_caller]
pub fn assert_free(place: &str, text: &[u8], secrets: &[String]) {
    for secret in secrets {
        for spelling in spellings(secret) {
            if let Some(at) = find(text, &spelling) {
                let around = &text[at.saturating_sub(80)..(at + spelling.len()).min(text.len())];
                panic!("{place} has the secret {secret:?}: {}", String::from_utf8_lossy(around));
            }
        }
    }
}

/// How JSON Web Tokens begin: with the kind of the token or the algorithm of its signature, in base64.
pub const BEGINNINGS: [&str; 2] = ["eyJ0eXAi", "eyJhbGci"];

/// Fails when something stands in `text` that looks like the beginning of a JSON Web Token, as it is or in base64.
#[track_caller]
pub fn assert_no_token(place: &str, text: &[u8]) {
    assert_free(place, text, &BEGINNINGS.map(str::to_owned));
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, wanted)
}

/// All files below a folder, except those named, each with its content; plan files with what is packed in them too.
#[must_use]
pub fn left_in(folder: &Path, except: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if except.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            found.extend(left_in(&path, except));
            continue;
        }
        let content = fs::read(&path).expect("the file can be read");
        if content.starts_with(b"PK\x03\x04") {
            let packed = unpacked(&content);
            assert!(!packed.is_empty(), "{} holds nothing", path.display());
            found.extend(packed.into_iter().map(|(name, content)| (path.join(name), content)));
        }
        found.push((path, content));
    }
    found
}

/// The files in a ZIP file, by its central directory.
fn unpacked(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let number = |at: usize, bytes: usize| {
        zip[at..at + bytes].iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let end = zip.windows(4).rposition(|window| window == b"PK\x05\x06").expect("a ZIP file has an end");
    let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
    let mut found = Vec::new();
    for _ in 0..count {
        let (method, size, name_length) = (number(at + 10, 2), number(at + 20, 4), number(at + 28, 2));
        let local = number(at + 42, 4);
        let name = String::from_utf8_lossy(&zip[at + 46..at + 46 + name_length]).into_owned();
        at += 46 + name_length + number(at + 30, 2) + number(at + 32, 2);
        let begin = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let packed = &zip[begin..begin + size];
        let content = match method {
            0 => packed.to_vec(),
            8 => miniz_oxide::inflate::decompress_to_vec(packed).expect("deflated data"),
            other => panic!("{name} is packed by method {other}"),
        };
        found.push((name, content));
    }
    found
}
