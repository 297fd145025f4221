//! The list of logs, from the answer of `/management/logs`.

use crate::port::LogInfo;
use windrow_model::json::{JsonError, Kind, Reader};

/// Reads `{"logs":[{"id":..,"name":..}]}`. Entries without an id are passed over; one without a name is named by its id.
pub(super) fn decode(body: &[u8]) -> Result<Vec<LogInfo>, String> {
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
    match list(text) {
        Ok(Some(logs)) => Ok(logs),
        Ok(None) => Err("it has no `logs`".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn list(text: &str) -> Result<Option<Vec<LogInfo>>, JsonError> {
    let mut reader = Reader::new(text);
    let mut logs = None;
    let mut scratch = String::new();
    let mut more = reader.enter(b'}')?;
    while more {
        let wanted = reader.key()?.resolve(&mut scratch) == "logs";
        if wanted && reader.kind()? == Kind::Array {
            logs = Some(entries(&mut reader)?);
        } else {
            reader.skip()?;
        }
        more = reader.more(b'}')?;
    }
    reader.end()?;
    Ok(logs)
}

fn entries(reader: &mut Reader<'_>) -> Result<Vec<LogInfo>, JsonError> {
    let mut logs = Vec::new();
    let mut more = reader.enter(b']')?;
    while more {
        if reader.kind()? == Kind::Object {
            logs.extend(entry(reader)?);
        } else {
            reader.skip()?;
        }
        more = reader.more(b']')?;
    }
    Ok(logs)
}

fn entry(reader: &mut Reader<'_>) -> Result<Option<LogInfo>, JsonError> {
    let (mut id, mut name) = (String::new(), String::new());
    let mut scratch = String::new();
    let mut more = reader.enter(b'}')?;
    while more {
        let place = match reader.key()?.resolve(&mut scratch) {
            "id" => Some(&mut id),
            "name" => Some(&mut name),
            _ => None,
        };
        match place {
            Some(place) if reader.kind()? == Kind::String => {
                place.clear();
                reader.string_into(place)?;
            }
            _ => {
                reader.skip()?;
            }
        }
        more = reader.more(b'}')?;
    }
    if name.is_empty() {
        name.clone_from(&id);
    }
    Ok((!id.is_empty()).then_some(LogInfo { id, name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_taken_and_the_rest_passed_over() {
        let body = br#"{"x":1,"logs":[{"id":"a","name":"Fire\u0077all","tokens":["t"]},{"name":"no id"},{"id":"b","name":null},7]}"#;
        let logs = decode(body).unwrap();
        let pairs: Vec<_> = logs
            .iter()
            .map(|l| (l.id.as_str(), l.name.as_str()))
            .collect();
        assert_eq!(pairs, [("a", "Firewall"), ("b", "b")]);
    }

    #[test]
    fn an_answer_without_logs_is_an_error() {
        for body in [
            &b"{}"[..],
            br#"{"logs":null}"#,
            b"[]",
            b"<html>",
            b"{\"logs\":[]} x",
            b"\xff",
        ] {
            assert!(decode(body).is_err());
        }
        assert_eq!(decode(br#"{"logs":[]}"#), Ok(Vec::new()));
    }
}
