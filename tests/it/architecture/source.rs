//! The library's files, and which file uses which. Read from the tokens of the source, so macros and code behind features count as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// All files of `src`, by the path of their module: `["http", "cookie"]`.
pub struct Source {
    pub files: BTreeMap<Vec<String>, File>,
}

pub struct File {
    /// Relative to `src`, for example `http/cookie.rs`.
    pub name: String,
    pub text: String,
    /// Absolute paths that the code names, such as `crate::http::cookie::name`, without `crate`. Unit tests don't count.
    paths: Vec<Vec<String>>,
    /// Names that the file has by `use`, each with the absolute path that it stands for.
    imports: BTreeMap<String, Vec<String>>,
    /// Declared with `mod`.
    children: BTreeSet<String>,
}

impl Source {
    /// Read once for all tests.
    pub fn get() -> &'static Self {
        static SOURCE: LazyLock<Source> = LazyLock::new(Source::read);
        &SOURCE
    }

    fn read() -> Self {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = BTreeMap::new();
        for path in files_under(&src) {
            let name = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
            let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            if module.last().is_some_and(|last| last == "mod") {
                module.pop();
            }
            if module == ["lib"] {
                module.clear();
            }
            let file = File::parse(name, fs::read_to_string(&path).unwrap(), &module);
            files.insert(module, file);
        }
        Self { files }
    }

    /// The files of a room: a module directly below the root.
    pub fn room<'a>(&'a self, room: &'a str) -> impl Iterator<Item = &'a File> {
        self.files
            .iter()
            .filter(move |(module, _)| module.first().is_some_and(|first| first == room))
            .map(|(_, file)| file)
    }

    /// The files that each file uses, re-exports looked through: who uses `crate::db::UserTx` uses `db/user_tx.rs`.
    pub fn uses(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut uses = BTreeMap::new();
        for file in self.files.values() {
            let used = file.paths.iter().filter_map(|path| self.file_of(path)).map(|used| used.name.as_str());
            uses.insert(file.name.as_str(), used.filter(|used| *used != file.name).collect());
        }
        uses
    }

    /// The file with the item that an absolute path names.
    fn file_of(&self, path: &[String]) -> Option<&File> {
        let length = (1..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
        let file = &self.files[&path[..length]];
        match path.get(length).and_then(|item| file.imports.get(item)) {
            Some(target) if target != path => self.file_of(target),
            _ => Some(file),
        }
    }
}

/// The room of a file: `http` of `http/cookie.rs`, `state` of `state.rs`.
pub fn room_of(name: &str) -> &str {
    name.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn files_under(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files.extend(files_under(&path)),
            path if path.extension().is_some_and(|end| end == "rs") => files.push(path),
            _ => {}
        }
    }
    files
}

impl File {
    fn parse(name: String, text: String, module: &[String]) -> Self {
        let mut file =
            Self { name, paths: Vec::new(), imports: BTreeMap::new(), children: BTreeSet::new(), text: String::new() };
        let tokens = tokens_of(text.parse().unwrap());
        file.find_children(&tokens);
        let code = file.find_imports(&tokens, module);
        file.find_paths(&code, module);
        file.text = text;
        file
    }

    /// `mod name;`
    fn find_children(&mut self, tokens: &[Token]) {
        for window in tokens.windows(3) {
            if let [Token::Word(keyword), Token::Word(name), Token::Mark(';')] = window
                && keyword == "mod"
            {
                self.children.insert(name.clone());
            }
        }
    }

    /// Reads every `use`; the tokens of the rest.
    fn find_imports<'a>(&mut self, tokens: &'a [Token], module: &[String]) -> Vec<&'a Token> {
        let mut code = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let is_use = tokens[at] == Token::Word("use".to_owned());
            let end = tokens[at..].iter().position(|token| *token == Token::Mark(';')).map(|length| at + length);
            let (true, Some(end)) = (is_use, end) else {
                code.push(&tokens[at]);
                at += 1;
                continue;
            };
            // `pub use child::Item` passes the item on, and is no use of it.
            let is_public = is_pub(&tokens[..at]);
            let mut found = Vec::new();
            use_tree(&tokens[at + 1..end], &[], &mut found);
            for (name, path) in found {
                let Some(path) = self.absolute(&path, module) else { continue };
                if !is_public {
                    self.paths.push(path.clone());
                }
                self.imports.insert(name, path);
            }
            at = end + 1;
        }
        code
    }

    /// Reads the paths in the code: from the root, relative, and from an imported module.
    fn find_paths(&mut self, code: &[&Token], module: &[String]) {
        let mut at = 0;
        while at < code.len() {
            if let Token::Word(first) = code[at]
                && code.get(at + 1) == Some(&&Token::Separator)
                && (at == 0 || *code[at - 1] != Token::Separator)
            {
                let mut path = vec![first.clone()];
                while let (Some(Token::Separator), Some(Token::Word(next))) = (code.get(at + 1), code.get(at + 2)) {
                    path.push(next.clone());
                    at += 2;
                }
                let imported = self.imports.get(first).map(|import| [import, &path[1..]].concat());
                self.paths.extend(imported.or_else(|| self.absolute(&path, module)));
            }
            at += 1;
        }
    }

    /// A path from the crate's root; `None` for a path of another crate.
    fn absolute(&self, path: &[String], module: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let mut absolute = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module.split_last()?.1.to_vec(),
            child if self.children.contains(child) => [module, &[child.to_owned()]].concat(),
            _ => return None,
        };
        for segment in rest {
            match segment.as_str() {
                "super" => drop(absolute.pop()),
                "self" => {}
                _ => absolute.push(segment.clone()),
            }
        }
        Some(absolute)
    }
}

fn is_pub(before_use: &[Token]) -> bool {
    match before_use {
        [.., Token::Word(word)] => word == "pub",
        // `pub(crate)`, `pub(super)`, `pub(in path)`
        [head @ .., Token::Mark(')')] => {
            let open = head.iter().rposition(|token| *token == Token::Mark('('));
            open.is_some_and(|open| open > 0 && head[open - 1] == Token::Word("pub".to_owned()))
        }
        _ => false,
    }
}

/// The names that a `use` brings, each with its path as written.
fn use_tree(tokens: &[Token], prefix: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let mut path = prefix.to_vec();
    let mut rest = tokens;
    loop {
        match rest {
            [Token::Word(word), Token::Separator, ..] => {
                path.push(word.clone());
                rest = &rest[2..];
            }
            [Token::Mark('{'), inner @ .., Token::Mark('}')] => {
                for part in split_at_commas(inner) {
                    use_tree(part, &path, found);
                }
                return;
            }
            [Token::Word(word), Token::Word(keyword), Token::Word(name)] if keyword == "as" => {
                path.push(word.clone());
                found.push((name.clone(), path));
                return;
            }
            [Token::Word(word)] if word == "self" => {
                found.push((path.last().cloned().unwrap_or_default(), path));
                return;
            }
            [Token::Word(word)] => {
                path.push(word.clone());
                found.push((word.clone(), path));
                return;
            }
            [Token::Mark('*')] => {
                found.push(("*".to_owned(), path));
                return;
            }
            _ => return,
        }
    }
}

fn split_at_commas(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0;
    tokens
        .split(|token| {
            match token {
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth -= 1,
                _ => {}
            }
            depth == 0 && *token == Token::Mark(',')
        })
        .collect()
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    /// `::`
    Separator,
    Mark(char),
}

/// The tokens in one line, without literals and without unit tests.
fn tokens_of(stream: TokenStream) -> Vec<Token> {
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    tokens
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    let mut is_test = false;
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Ident(ident) => tokens.push(Token::Word(ident.to_string())),
            TokenTree::Punct(mark) => {
                let is_second = matches!(trees.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                if mark.as_char() == ':' && is_second {
                    trees.next();
                    tokens.push(Token::Separator);
                } else {
                    tokens.push(Token::Mark(mark.as_char()));
                }
            }
            TokenTree::Literal(_) => {}
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Bracket && group.stream().to_string().replace(' ', "") == "cfg(test)"
                {
                    is_test = true;
                    continue;
                }
                if group.delimiter() == Delimiter::Brace && std::mem::take(&mut is_test) {
                    continue;
                }
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    _ => ('(', ')'),
                };
                tokens.push(Token::Mark(open));
                flatten(group.stream(), tokens);
                tokens.push(Token::Mark(close));
            }
        }
    }
}
