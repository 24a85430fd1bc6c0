//! A Terraform and OpenTofu provider for the security of Microsoft Dataverse.

pub mod dataverse;
