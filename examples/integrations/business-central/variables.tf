variable "product_version" {
  type        = string
  description = "Version of the product: \"nav_2018\" (Dynamics NAV 2018 and earlier), \"october_2018\" or \"april_2019\" (Business Central)."
  default     = "april_2019"
  nullable    = false

  validation {
    condition     = contains(["nav_2018", "october_2018", "april_2019"], var.product_version)
    error_message = "One of \"nav_2018\" (Dynamics NAV 2018 and earlier), \"october_2018\" and \"april_2019\" (Business Central)."
  }
}

variable "administrator" {
  type        = string
  description = "The person who sets up the connection: user principal name or Entra object id of somebody who is a user of the environment."
  nullable    = false
}

variable "administrator_roles" {
  type        = set(string)
  description = "Further roles of the administrator, by name, beside System Customizer. One of them at least must not be administrative."
  default     = ["Sales Manager"]
  nullable    = false

  validation {
    condition = length([
      for role in var.administrator_roles : role
      if !contains(["system administrator", "system customizer", "dynamics 365 business central integration administrator"], lower(role))
    ]) > 0
    error_message = "All roles of the administrator would be administrative. Name at least one other, for example \"Sales Manager\": an administrator without one cannot work with the records of Sales."
  }
}

variable "integration_account" {
  type        = string
  description = "The account that Business Central works with, which must not be the administrator: user principal name or Entra object id. One that is a user already is taken over."
  nullable    = false
}

variable "integration_account_roles" {
  type        = list(string)
  description = "Roles that the integration account holds beside Integration User."
  default     = []
  nullable    = false
}

variable "integration_account_interactive" {
  type        = bool
  description = "Leaves the integration account interactive for as long as somebody must sign in with it."
  default     = false
  nullable    = false
}

variable "salespeople" {
  type        = string
  description = "The salespeople: the text of a CSV file with the columns of the Microsoft 365 admin center, of which \"User name\" counts (also \"Username\" and \"User principal name\")."
  default     = ""
  nullable    = false
}

variable "salespeople_role" {
  type        = string
  description = "The role of each salesperson."
  default     = "Salesperson"
  nullable    = false
}

variable "product_availability_team" {
  type        = string
  description = "Name of the team of the salespeople, which gives them the role Product Availability User."
  default     = "Business Central Product Availability"
  nullable    = false
}

variable "provisioning" {
  type        = string
  description = "How Dataverse gets the integration account: \"adopt\" waits until it has it, \"sync\", which needs its object id, asks the Power Platform admin API."
  default     = "adopt"
  nullable    = false
}
