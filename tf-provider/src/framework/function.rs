//! Provider functions: pure, without any request.

use super::{Type, Value};

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Name, for messages and docs.
    pub name: &'static str,
    /// Type of the arguments.
    pub ty: Type,
    /// What it is.
    pub doc: &'static str,
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong and what to do, without a final period: Terraform adds one.
    pub text: String,
    /// Position of the argument it is about, from 0.
    pub argument: Option<usize>,
}

/// A function that configurations call as `provider::<name>::<function>(...)`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Name in the call.
    pub name: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// All about it, in Markdown.
    pub doc: &'static str,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// Further arguments of one type, any number.
    pub variadic: Option<Parameter>,
    /// Type of the result.
    pub returns: Type,
    /// The function; its arguments are known, not null and of the declared types.
    pub call: fn(&[Value]) -> Result<Value, FunctionError>,
}

impl Function {
    /// The type of the argument at `position`; none when there is no such parameter.
    pub fn argument_type(&self, position: usize) -> Option<&Type> {
        self.parameters.get(position).or(self.variadic.as_ref()).map(|parameter| &parameter.ty)
    }
}
