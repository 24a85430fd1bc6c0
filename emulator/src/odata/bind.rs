//! From the names of a filter to columns of tables, with the checks of types.

use std::collections::HashMap;

use uuid::Uuid;

use super::filter::{RawExpr, RawOperand, parse};
use super::lexer::Literal;
use crate::errors::{ApiError, Code, unknown_property};
use crate::schema::{Collection, Kind, TableId};
use crate::store::Val;

/// A column, reached over single-valued navigation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// Lookup column and target table of each step.
    pub(crate) hops: Vec<(usize, TableId)>,
    /// The column of the last table.
    pub(crate) column: usize,
    /// The last table.
    pub(crate) table: TableId,
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    /// A column.
    Path(Path),
    /// A constant.
    Value(Val),
}

/// A filter that can be evaluated.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    /// Both.
    And(Box<Expr>, Box<Expr>),
    /// Either.
    Or(Box<Expr>, Box<Expr>),
    /// Not.
    Not(Box<Expr>),
    /// `eq ne gt ge lt le`.
    Compare(String, Operand, Operand),
    /// `contains startswith endswith`.
    Match(String, Operand, Operand),
    /// `In` and `NotIn`.
    In(Path, Vec<Val>, bool),
    /// `any` and `all`.
    Lambda {
        hops: Vec<(usize, TableId)>,
        collection: &'static Collection,
        all: bool,
        body: Option<Box<Expr>>,
    },
}

/// Parses and binds a filter on a table.
pub(crate) fn bind_filter(
    text: &str,
    table: TableId,
    aliases: &HashMap<String, String>,
) -> Result<Expr, ApiError> {
    bind(&parse(text, aliases)?, table, "")
}

/// A path written `a/b/c`.
pub(crate) fn bind_path(text: &str, table: TableId) -> Result<Path, ApiError> {
    let parts: Vec<String> = text.trim().split('/').map(str::to_owned).collect();
    path(&parts, table, "")
}

fn bind(raw: &RawExpr, table: TableId, variable: &str) -> Result<Expr, ApiError> {
    let both = |a: &RawExpr, b: &RawExpr| -> Result<(Box<Expr>, Box<Expr>), ApiError> {
        Ok((Box::new(bind(a, table, variable)?), Box::new(bind(b, table, variable)?)))
    };
    Ok(match raw {
        RawExpr::And(a, b) => both(a, b).map(|(a, b)| Expr::And(a, b))?,
        RawExpr::Or(a, b) => both(a, b).map(|(a, b)| Expr::Or(a, b))?,
        RawExpr::Not(inner) => Expr::Not(Box::new(bind(inner, table, variable)?)),
        RawExpr::Compare(operator, a, b) => {
            let (a, b) = operands(a, b, operator, table, variable)?;
            Expr::Compare(operator.clone(), a, b)
        }
        RawExpr::Match(function, a, b) => {
            let (a, b) = operands(a, b, function, table, variable)?;
            if let Operand::Path(path) = &a
                && !matches!(path.kind(), Kind::Text(_))
            {
                let text = format!(
                    "No function signature for the function with name '{function}' matches the specified arguments."
                );
                return Err(Code::Query.error(&[&text]));
            }
            Expr::Match(function.clone(), a, b)
        }
        RawExpr::Flag(names) => {
            let path = path(names, table, variable)?;
            if path.kind() != Kind::Bool {
                return Err(
                    Code::Query.error(&[&"The $filter expression must evaluate to a single boolean value."])
                );
            }
            Expr::Compare("eq".to_owned(), Operand::Path(path), Operand::Value(Val::Bool(true)))
        }
        RawExpr::In { property, values, negated } => {
            let parts: Vec<String> = property.split('/').map(str::to_owned).collect();
            let path = path(&parts, table, variable).or_else(|error| {
                // The property name may be the logical name of a lookup, as in the SDK.
                table
                    .def()
                    .position(property)
                    .map(|column| Path { hops: Vec::new(), column, table })
                    .ok_or(error)
            })?;
            let values = values.iter().map(|value| convert(value, path.kind())).collect::<Result<_, _>>()?;
            Expr::In(path, values, *negated)
        }
        RawExpr::Lambda { path, all, variable: inner, body } => {
            let (hops, collection) = collection_path(path, table, variable)?;
            let body = match body {
                Some(body) => Some(Box::new(bind(body, collection.target, inner)?)),
                None => None,
            };
            Expr::Lambda { hops, collection, all: *all, body }
        }
    })
}

type Hops = Vec<(usize, TableId)>;

fn hops(names: &[String], table: TableId) -> Result<(Hops, TableId), ApiError> {
    let mut hops = Vec::new();
    let mut current = table;
    for name in names {
        let step = current.def().lookup(name).ok_or_else(|| unknown_property(name, current.def().logical))?;
        hops.push(step);
        current = step.1;
    }
    Ok((hops, current))
}

fn strip<'a>(names: &'a [String], variable: &str) -> &'a [String] {
    match names.split_first() {
        Some((first, rest)) if !variable.is_empty() && first == variable => rest,
        _ => names,
    }
}

/// `iscustomizable/Value` addresses the column of the managed property.
fn managed(names: &[String], table: TableId) -> &[String] {
    match names {
        [column, value]
            if value == "Value"
                && table
                    .def()
                    .position(column)
                    .is_some_and(|at| table.def().columns[at].kind == Kind::Managed) =>
        {
            &names[..1]
        }
        _ => names,
    }
}

fn path(names: &[String], table: TableId, variable: &str) -> Result<Path, ApiError> {
    let names = managed(strip(names, variable), table);
    let Some((last, front)) = names.split_last() else {
        return Err(Code::Query.error(&[&"An empty path was found."]));
    };
    let (hops, table) = hops(front, table)?;
    let def = table.def();
    let lookup = || def.targets(last).first().map(|(column, _)| *column);
    let column =
        def.query_position(last).or_else(lookup).ok_or_else(|| unknown_property(last, def.logical))?;
    Ok(Path { hops, column, table })
}

fn collection_path(
    names: &[String],
    table: TableId,
    variable: &str,
) -> Result<(Hops, &'static Collection), ApiError> {
    let names = strip(names, variable);
    let Some((last, front)) = names.split_last() else {
        return Err(Code::Query.error(&[&"A lambda needs a collection."]));
    };
    let (hops, table) = hops(front, table)?;
    let collection =
        table.def().collection(last).ok_or_else(|| unknown_property(last, table.def().logical))?;
    Ok((hops, collection))
}

impl Path {
    /// What the column holds.
    pub(crate) fn kind(&self) -> Kind {
        self.table.def().columns[self.column].kind
    }
}

fn operands(
    a: &RawOperand,
    b: &RawOperand,
    operator: &str,
    table: TableId,
    variable: &str,
) -> Result<(Operand, Operand), ApiError> {
    let side = |raw: &RawOperand, other: &RawOperand| -> Result<Operand, ApiError> {
        match raw {
            RawOperand::Path(names) => {
                let path = path(names, table, variable)?;
                let def = path.table.def();
                let (last, null) = (names.last(), RawOperand::Literal(Literal::Null));
                let expected =
                    if path.kind() == Kind::Managed { "Value" } else { def.columns[path.column].query_name };
                // A lookup is filtered as `_x_value`; its navigation property compares with null only.
                if last.is_some_and(|last| last != expected) && *other != null {
                    return Err(unknown_property(last.map_or("", String::as_str), def.logical));
                }
                Ok(Operand::Path(path))
            }
            RawOperand::Literal(literal) => match other {
                RawOperand::Path(names) => {
                    let path = path(names, table, variable)?;
                    value(literal, &path, operator).map(Operand::Value)
                }
                RawOperand::Literal(_) => {
                    Err(ApiError::unsupported("a comparison of two constants in $filter"))
                }
            },
        }
    };
    Ok((side(a, b)?, side(b, a)?))
}

/// The constant of a literal, checked against the type of the column.
fn value(literal: &Literal, path: &Path, operator: &str) -> Result<Val, ApiError> {
    let kind = path.kind();
    let lax = path.table.is_intersect();
    Ok(match (literal, kind) {
        (Literal::Null, _) => Val::Null,
        (Literal::Bool(value), Kind::Bool | Kind::Managed) => Val::Bool(*value),
        (Literal::Int(value), Kind::Int | Kind::Choice(_) | Kind::Number) => Val::Int(*value),
        (Literal::Number(value), Kind::Int | Kind::Number) => Val::Number(*value),
        (Literal::Guid(value), Kind::Guid | Kind::Lookup(_) | Kind::Any(_)) => Val::Guid(*value),
        (Literal::Text(value), Kind::Text(_)) => Val::text(value),
        (Literal::Date(value), Kind::Date) => Val::text(value),
        // Pair tables tolerate a quoted GUID.
        (Literal::Text(value), Kind::Guid) if lax => convert(value, kind)?,
        _ => return Err(incompatible(literal, kind, operator)),
    })
}

fn incompatible(literal: &Literal, kind: Kind, operator: &str) -> ApiError {
    let found = match literal {
        Literal::Null => "null",
        Literal::Bool(_) => "Edm.Boolean",
        Literal::Int(_) => "Edm.Int32",
        Literal::Number(_) => "Edm.Double",
        Literal::Guid(_) => "Edm.Guid",
        Literal::Text(_) => "Edm.String",
        Literal::Date(_) => "Edm.DateTimeOffset",
    };
    let name = match operator {
        "eq" => "Equal",
        "ne" => "NotEqual",
        "gt" => "GreaterThan",
        "ge" => "GreaterThanOrEqual",
        "lt" => "LessThan",
        "le" => "LessThanOrEqual",
        other => other,
    };
    let text = format!(
        "A binary operator with incompatible types was detected. Found operand types '{}' and '{found}' for operator kind '{name}'.",
        edm(kind)
    );
    Code::Query.error(&[&text])
}

fn edm(kind: Kind) -> &'static str {
    match kind {
        Kind::Guid | Kind::Lookup(_) | Kind::Any(_) => "Edm.Guid",
        Kind::Text(_) => "Edm.String",
        Kind::Int | Kind::Choice(_) => "Edm.Int32",
        Kind::Number => "Edm.Double",
        Kind::Bool => "Edm.Boolean",
        Kind::Date => "Edm.DateTimeOffset",
        Kind::Managed | Kind::Raw => "Microsoft.Dynamics.CRM.BooleanManagedProperty",
    }
}

/// A value that was written as text, as the arguments of `In` are.
fn convert(text: &str, kind: Kind) -> Result<Val, ApiError> {
    let wrong = || Code::Query.error(&[&format!("The value '{text}' is not of type '{}'.", edm(kind))]);
    Ok(match kind {
        Kind::Guid | Kind::Lookup(_) | Kind::Any(_) => Val::Guid(Uuid::parse_str(text).map_err(|_| wrong())?),
        Kind::Text(_) | Kind::Date => Val::text(text),
        Kind::Int | Kind::Choice(_) => Val::Int(text.parse().map_err(|_| wrong())?),
        Kind::Number => Val::Number(text.parse().map_err(|_| wrong())?),
        Kind::Bool => Val::Bool(text.parse().map_err(|_| wrong())?),
        Kind::Managed | Kind::Raw => return Err(wrong()),
    })
}
