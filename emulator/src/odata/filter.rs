//! The grammar of `$filter`: words to a tree of names.

use std::collections::HashMap;

use super::lexer::{Literal, Token, literal, tokens};
use crate::errors::{ApiError, Code};

/// A side of a comparison, with names as they were written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum RawOperand {
    Path(Vec<String>),
    Literal(Literal),
}

/// A filter with names as they were written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum RawExpr {
    And(Box<RawExpr>, Box<RawExpr>),
    Or(Box<RawExpr>, Box<RawExpr>),
    Not(Box<RawExpr>),
    Compare(String, RawOperand, RawOperand),
    Match(String, RawOperand, RawOperand),
    Flag(Vec<String>),
    In { property: String, values: Vec<String>, negated: bool },
    Lambda { path: Vec<String>, all: bool, variable: String, body: Option<Box<RawExpr>> },
}

pub(super) struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    text: &'a str,
    aliases: &'a HashMap<String, String>,
}

/// Parses a filter; `aliases` are the `@p1=..` options of the URL.
pub(super) fn parse(text: &str, aliases: &HashMap<String, String>) -> Result<RawExpr, ApiError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, text, aliases };
    let expr = parser.or()?;
    if parser.at < parser.tokens.len() {
        return Err(parser.wrong());
    }
    Ok(expr)
}

const OPERATORS: [&str; 6] = ["eq", "ne", "gt", "ge", "lt", "le"];
const FUNCTIONS: [&str; 3] = ["contains", "startswith", "endswith"];
const CRM: &str = "Microsoft.Dynamics.CRM.";

impl Parser<'_> {
    fn wrong(&self) -> ApiError {
        Code::Query.error(&[&format!("Syntax error at position {} in '{}'.", self.at, self.text)])
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn expect(&mut self, token: &Token) -> Result<(), ApiError> {
        if self.peek() == Some(token) {
            self.at += 1;
            return Ok(());
        }
        Err(self.wrong())
    }

    fn keyword(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Word(found)) if found == word);
        self.at += usize::from(there);
        there
    }

    fn or(&mut self) -> Result<RawExpr, ApiError> {
        let mut left = self.and()?;
        while self.keyword("or") {
            left = RawExpr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<RawExpr, ApiError> {
        let mut left = self.unary()?;
        while self.keyword("and") {
            left = RawExpr::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<RawExpr, ApiError> {
        if self.keyword("not") {
            return Ok(RawExpr::Not(Box::new(self.unary()?)));
        }
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            let inner = self.or()?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<RawExpr, ApiError> {
        let left = match self.next() {
            Some(Token::Literal(literal)) => RawOperand::Literal(literal),
            Some(Token::Word(word)) if self.peek() == Some(&Token::Open) => return self.call(&word),
            Some(Token::Word(word)) => {
                let path = self.path(word)?;
                if self.peek() == Some(&Token::Open) {
                    return self.lambda(path);
                }
                RawOperand::Path(path)
            }
            _ => return Err(self.wrong()),
        };
        let operator = match self.peek() {
            Some(Token::Word(word)) if OPERATORS.contains(&word.as_str()) => word.clone(),
            Some(Token::Word(word))
                if ["add", "sub", "mul", "div", "mod", "has", "in"].contains(&word.as_str()) =>
            {
                return Err(Code::Query.error(&[&format!("The operator '{word}' is not supported.")]));
            }
            _ => match left {
                RawOperand::Path(path) => return Ok(RawExpr::Flag(path)),
                RawOperand::Literal(_) => return Err(self.wrong()),
            },
        };
        self.at += 1;
        Ok(RawExpr::Compare(operator, left, self.operand()?))
    }

    fn operand(&mut self) -> Result<RawOperand, ApiError> {
        match self.next() {
            Some(Token::Literal(literal)) => Ok(RawOperand::Literal(literal)),
            Some(Token::Alias(name)) => {
                let value = self.aliases.get(&name).ok_or_else(|| unknown_alias(&name))?;
                let value = literal(value).ok_or_else(|| self.wrong())?;
                Ok(RawOperand::Literal(value))
            }
            Some(Token::Word(word)) => Ok(RawOperand::Path(self.path(word)?)),
            _ => Err(self.wrong()),
        }
    }

    fn path(&mut self, first: String) -> Result<Vec<String>, ApiError> {
        let mut path = vec![first];
        while self.peek() == Some(&Token::Slash) {
            self.at += 1;
            match self.next() {
                Some(Token::Word(word)) => path.push(word),
                _ => return Err(self.wrong()),
            }
        }
        Ok(path)
    }

    fn call(&mut self, name: &str) -> Result<RawExpr, ApiError> {
        self.expect(&Token::Open)?;
        if let Some(function) = name.strip_prefix(CRM) {
            return self.query_function(function);
        }
        if !FUNCTIONS.contains(&name) {
            let text = format!("An unknown function with name '{name}' was found.");
            return Err(Code::Query.error(&[&text]));
        }
        let left = self.operand()?;
        self.expect(&Token::Comma)?;
        let right = self.operand()?;
        self.expect(&Token::Close)?;
        Ok(RawExpr::Match(name.to_owned(), left, right))
    }

    fn query_function(&mut self, function: &str) -> Result<RawExpr, ApiError> {
        let negated = match function {
            "In" => false,
            "NotIn" => true,
            other => return Err(ApiError::unsupported(format!("query function {CRM}{other}"))),
        };
        let (mut property, mut values) = (None, None);
        loop {
            let Some(Token::Word(name)) = self.next() else { return Err(self.wrong()) };
            self.expect(&Token::Equals)?;
            let text = match self.next() {
                Some(Token::Literal(Literal::Text(text))) => format!("'{text}'"),
                Some(Token::Array(text)) => text,
                Some(Token::Alias(alias)) => {
                    self.aliases.get(&alias).cloned().ok_or_else(|| unknown_alias(&alias))?
                }
                _ => return Err(self.wrong()),
            };
            match name.as_str() {
                "PropertyName" => property = Some(text.trim_matches(['\'', '"']).to_owned()),
                "PropertyValues" => values = Some(list(&text).ok_or_else(|| self.wrong())?),
                _ => return Err(self.wrong()),
            }
            match self.next() {
                Some(Token::Comma) => {}
                Some(Token::Close) => break,
                _ => return Err(self.wrong()),
            }
        }
        match (property, values) {
            (Some(property), Some(values)) => Ok(RawExpr::In { property, values, negated }),
            _ => Err(self.wrong()),
        }
    }

    fn lambda(&mut self, mut path: Vec<String>) -> Result<RawExpr, ApiError> {
        let all = match path.pop().as_deref() {
            Some("any") => false,
            Some("all") => true,
            _ => return Err(self.wrong()),
        };
        self.expect(&Token::Open)?;
        if self.peek() == Some(&Token::Close) {
            self.at += 1;
            return Ok(RawExpr::Lambda { path, all, variable: String::new(), body: None });
        }
        let Some(Token::Word(variable)) = self.next() else { return Err(self.wrong()) };
        self.expect(&Token::Colon)?;
        let body = self.or()?;
        self.expect(&Token::Close)?;
        Ok(RawExpr::Lambda { path, all, variable, body: Some(Box::new(body)) })
    }
}

fn unknown_alias(name: &str) -> ApiError {
    Code::Query.error(&[&format!("The parameter alias '{name}' has no value.")])
}

/// The values of `["a","b"]` (or `['a','b']`) as text.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    Some(
        super::split_top(inner, ',')
            .into_iter()
            .map(|part| part.trim().trim_matches(['"', '\'']).to_owned())
            .collect(),
    )
}
