//! The parameters of a connection string, as libpq reads it: a URL, or words of the form `name=value`.
//! <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>

use percent_encoding::percent_decode_str;

/// A parameter and its value, in the order of the text.
pub type Parameter = (String, String);

/// The parameters of a connection string.
///
/// # Errors
/// What is wrong with the text, without its values: it has a password.
pub fn parameters(text: &str) -> Result<Vec<Parameter>, String> {
    let url = ["postgres://", "postgresql://"].iter().find_map(|scheme| text.trim().strip_prefix(scheme));
    match url {
        Some(rest) => of_url(rest),
        None => of_words(text),
    }
}

fn of_url(rest: &str) -> Result<Vec<Parameter>, String> {
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (credentials, address) = address.rsplit_once('@').unwrap_or(("", address));
    let (hosts, database) = address.split_once('/').unwrap_or((address, ""));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let mut found = Vec::new();
    for (name, value) in [("user", user), ("password", password), ("dbname", database)] {
        if !value.is_empty() {
            found.push((name.to_owned(), decode(value)?));
        }
    }
    if !hosts.is_empty() {
        let (names, ports): (Vec<&str>, Vec<&str>) = hosts.split(',').map(host_and_port).unzip();
        found.push(("host".to_owned(), decode(&names.join(","))?));
        found.push(("port".to_owned(), decode(&ports.join(","))?));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or("a parameter of the URL has no value")?;
        found.push((decode(name)?, decode(value)?));
    }
    Ok(found)
}

/// An IPv6 address stands in brackets.
fn host_and_port(text: &str) -> (&str, &str) {
    if let Some((host, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, port.strip_prefix(':').unwrap_or_default());
    }
    text.split_once(':').unwrap_or((text, ""))
}

fn decode(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| "the URL has bytes that are no UTF-8")?;
    Ok(decoded.into_owned())
}

fn of_words(text: &str) -> Result<Vec<Parameter>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or("it is neither a postgres:// URL nor a list of name=value")?;
        let (value, after) = word(after.trim_start())?;
        found.push((name.trim_end().to_owned(), value));
        rest = after.trim_start();
    }
    Ok(found)
}

/// A value and the text after it. It may be quoted, and a backslash takes the next character as it is.
fn word(text: &str) -> Result<(String, &str), String> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => value.extend(chars.next().map(|(_, next)| next)),
            '\'' if quoted => return Ok((value, &text[at + 1..])),
            char if char.is_whitespace() && !quoted => return Ok((value, &text[at..])),
            char => value.push(char),
        }
    }
    match quoted {
        true => Err("a quoted value does not end".to_owned()),
        false => Ok((value, "")),
    }
}

/// The words of which [`parameters`] reads these parameters.
pub fn words(parameters: &[Parameter]) -> String {
    let word = |(name, value): &Parameter| format!("{name}='{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
    parameters.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{parameters, words};

    fn read(text: &str) -> Vec<(String, String)> {
        parameters(text).unwrap_or_default()
    }

    #[test]
    fn url_and_words_have_the_same_parameters() {
        let expected = [
            ("user", "an"),
            ("password", "p@s/s'\\"),
            ("dbname", "land"),
            ("host", "a,::1"),
            ("port", "1,2"),
            ("sslmode", "require"),
        ];
        let expected: Vec<_> = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let url = "postgresql://an:p%40s%2Fs'\\@a:1,[::1]:2/land?sslmode=require";
        assert_eq!(read(url), expected);
        assert_eq!(read(&words(&expected)), expected);
    }

    #[test]
    fn parts_of_a_url_may_be_missing() {
        assert_eq!(read("postgres:///land?host=/run/postgresql"), read("dbname=land host='/run/postgresql'"));
        assert_eq!(read("postgres://db/x?options=-c%20a%3Db"), read("dbname=x host=db port='' options='-c a=b'"));
        assert_eq!(read("postgres://"), []);
    }

    #[test]
    fn text_that_is_no_connection_string_is_refused_without_its_values() {
        for text in ["mysql://secret@db/x", "host='secret", "secret"] {
            let error = parameters(text).err().unwrap_or_default();
            assert!(!error.is_empty() && !error.contains("secret"), "{text}: {error}");
        }
    }
}
