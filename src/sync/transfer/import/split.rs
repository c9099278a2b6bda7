//! A document of any length, cut into its rows as its bytes arrive. Looks at structure alone: whether a row is JSON is for whoever takes it, and
//! what nobody takes is passed over. In memory is one row at most.

use crate::error::{ApiError, ErrorCode, FieldError};

/// Larger than any row that is stored; what is skipped may have any size.
const MAX_ROW_BYTES: usize = 16 * 1024 * 1024;

/// What to do with a member of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// It is a list of rows.
    Items,
    /// It is an object of rows by their keys.
    Members,
    /// It is a row.
    Whole,
    Nothing,
}

pub trait Receiver {
    /// A member of the document begins; `first` is the first byte of its value.
    fn section(&mut self, name: String, first: u8) -> Result<Take, ApiError>;

    /// The text of one value of the section that began last, and its key where that is an object.
    fn row(&mut self, key: Option<String>, text: &[u8]) -> Result<(), ApiError>;
}

/// Where in the document the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Document,
    FirstName,
    Name,
    Colon,
    Value,
    NextName,
    FirstItem,
    Item,
    NextItem,
    FirstKey,
    Key,
    KeyColon,
    KeyValue,
    NextKey,
    Token(Token),
    Done,
}

/// What the value is that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Name,
    Skipped,
    Whole,
    Item,
    Key,
    KeyValue,
}

pub struct Splitter {
    state: State,
    scan: Scan,
    held: Vec<u8>,
    name: String,
    key: Option<String>,
    read: u64,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            state: State::Document,
            scan: Scan::default(),
            held: Vec::new(),
            name: String::new(),
            key: None,
            read: 0,
        }
    }
}

impl Splitter {
    pub fn feed(&mut self, bytes: &[u8], receiver: &mut impl Receiver) -> Result<(), ApiError> {
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            let length = match self.state {
                State::Token(token) => self.token(token, rest, receiver)?,
                _ if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') => 1,
                _ => match self.step(byte, receiver)? {
                    Step::Taken => 1,
                    Step::TokenBegins => 0,
                },
            };
            self.read += length as u64;
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// The document has no more bytes.
    pub fn end(&self) -> Result<(), ApiError> {
        match self.state {
            State::Done => Ok(()),
            _ => Err(self.malformed("the document ends too early")),
        }
    }

    /// How many of the bytes belong to the token; it may go on in the next chunk.
    fn token(&mut self, token: Token, rest: &[u8], receiver: &mut impl Receiver) -> Result<usize, ApiError> {
        let (length, complete) = self.scan.scan(rest);
        if token != Token::Skipped {
            if self.held.len() + length > MAX_ROW_BYTES {
                let detail = format!("a row may have {MAX_ROW_BYTES} bytes at most");
                return Err(ApiError::new(ErrorCode::PayloadTooLarge, format!("In {:?} {detail}.", self.name)));
            }
            self.held.extend_from_slice(rest.get(..length).unwrap_or_default());
        }
        if complete {
            if !self.scan.began {
                return Err(self.malformed("a value is missing"));
            }
            self.complete(token, receiver)?;
            self.held.clear();
        }
        Ok(length)
    }

    fn complete(&mut self, token: Token, receiver: &mut impl Receiver) -> Result<(), ApiError> {
        self.state = match token {
            Token::Name => {
                self.name = self.text()?;
                State::Colon
            }
            Token::Key => {
                self.key = Some(self.text()?);
                State::KeyColon
            }
            Token::Skipped => State::NextName,
            Token::Whole => {
                receiver.row(None, &self.held)?;
                State::NextName
            }
            Token::Item => {
                receiver.row(None, &self.held)?;
                State::NextItem
            }
            Token::KeyValue => {
                receiver.row(self.key.take(), &self.held)?;
                State::NextKey
            }
        };
        Ok(())
    }

    fn text(&self) -> Result<String, ApiError> {
        serde_json::from_slice(&self.held).map_err(|_| self.malformed("a name is no whole string"))
    }

    fn step(&mut self, byte: u8, receiver: &mut impl Receiver) -> Result<Step, ApiError> {
        let next = match (self.state, byte) {
            (State::Document, b'{') => State::FirstName,
            (State::FirstName | State::NextName, b'}') => State::Done,
            (State::FirstName | State::Name, b'"') => return Ok(self.begin(Token::Name)),
            (State::NextName, b',') => State::Name,
            (State::Colon, b':') => State::Value,
            (State::Value, _) => match receiver.section(std::mem::take(&mut self.name), byte)? {
                Take::Items => State::FirstItem,
                Take::Members => State::FirstKey,
                Take::Whole => return Ok(self.begin(Token::Whole)),
                Take::Nothing => return Ok(self.begin(Token::Skipped)),
            },
            (State::FirstItem | State::NextItem, b']') => State::NextName,
            (State::FirstItem | State::Item, _) => return Ok(self.begin(Token::Item)),
            (State::NextItem, b',') => State::Item,
            (State::FirstKey | State::NextKey, b'}') => State::NextName,
            (State::FirstKey | State::Key, b'"') => return Ok(self.begin(Token::Key)),
            (State::NextKey, b',') => State::Key,
            (State::KeyColon, b':') => State::KeyValue,
            (State::KeyValue, _) => return Ok(self.begin(Token::KeyValue)),
            _ => return Err(self.malformed("this byte can't stand here")),
        };
        self.state = next;
        Ok(Step::Taken)
    }

    fn begin(&mut self, token: Token) -> Step {
        self.state = State::Token(token);
        self.scan = Scan::default();
        Step::TokenBegins
    }

    fn malformed(&self, what: &str) -> ApiError {
        let detail = format!("{what} (byte {})", self.read);
        let field = FieldError::new("", "malformed_json", detail.clone());
        ApiError::new(ErrorCode::MalformedJson, format!("The document is no JSON: {detail}.")).with_errors(vec![field])
    }
}

enum Step {
    Taken,
    /// With this very byte.
    TokenBegins,
}

/// Looks for the end of a value.
#[derive(Default)]
struct Scan {
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// A number or a word: it ends where something else begins.
    bare: bool,
    began: bool,
}

impl Scan {
    /// How many bytes belong to the value, and whether it ends there.
    fn scan(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (index, &byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return (index + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return (index, true),
                b'"' if !self.bare => self.in_string = true,
                b'{' | b'[' if !self.bare => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (index + 1, true);
                    }
                }
                _ if self.depth == 0 => self.bare = true,
                _ => {}
            }
            self.began = true;
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(Vec<String>);

    impl Receiver for Seen {
        fn section(&mut self, name: String, first: u8) -> Result<Take, ApiError> {
            let take = match (name.as_str(), first) {
                ("list", b'[') => Take::Items,
                ("map", b'{') => Take::Members,
                ("one", _) => Take::Whole,
                _ => Take::Nothing,
            };
            self.0.push(format!("{name}:"));
            Ok(take)
        }

        fn row(&mut self, key: Option<String>, text: &[u8]) -> Result<(), ApiError> {
            self.0.push(format!("{}{}", key.unwrap_or_default(), String::from_utf8_lossy(text)));
            Ok(())
        }
    }

    fn split(text: &str, chunk: usize) -> Result<Vec<String>, ApiError> {
        let (mut splitter, mut seen) = (Splitter::default(), Seen::default());
        for bytes in text.as_bytes().chunks(chunk) {
            splitter.feed(bytes, &mut seen)?;
        }
        splitter.end()?;
        Ok(seen.0)
    }

    #[test]
    fn rows_are_the_same_however_the_bytes_arrive() {
        let text = r#" { "version" : 1 , "skip":{"a":[1,"]}\""]}, "list":[ {"a":"},]\\\""} ,[1,[2]] , "x" , 12 ,null],
            "map":{"k\"":{"v":1},"n": null}, "one":{"o":{}} , "empty":[], "word":true}"#;
        let expected = [
            "version:",
            "skip:",
            "list:",
            r#"{"a":"},]\\\""}"#,
            "[1,[2]]",
            "\"x\"",
            "12",
            "null",
            "map:",
            "k\"{\"v\":1}",
            "nnull",
            "one:",
            r#"{"o":{}}"#,
            "empty:",
            "word:",
        ];
        for chunk in [1, 2, 3, 7, 1000] {
            assert_eq!(split(text, chunk).ok(), Some(expected.map(str::to_owned).to_vec()), "{chunk}");
        }
        assert_eq!(split("{}", 1).ok(), Some(vec![]));
    }

    #[test]
    fn what_is_no_document_is_refused_with_its_place() {
        for text in [
            "",
            "[]",
            "{",
            "{} x",
            "{,}",
            r#"{"list":[1,]}"#,
            r#"{"list":[,1]}"#,
            r#"{"list" [1]}"#,
            r#"{"list":[1"#,
            r#"{"map":{"a":}}"#,
            r#"{"map":{a:1}}"#,
            r#"{"a":}"#,
            r#"{"list":[1}}"#,
            r#"{"\ud800":1}"#,
        ] {
            let error = split(text, 2).err();
            assert_eq!(error.map(|error| error.code), Some(ErrorCode::MalformedJson), "{text}");
        }
    }

    #[test]
    fn row_that_never_ends_is_given_up_but_what_is_skipped_may_be_long() {
        let long = "x".repeat(MAX_ROW_BYTES);
        let error = split(&format!(r#"{{"list":["{long}"]}}"#), 65536).err();
        assert_eq!(error.map(|error| error.code), Some(ErrorCode::PayloadTooLarge));
        assert!(split(&format!(r#"{{"skip":["{long}"]}}"#), 65536).is_ok());
    }
}
