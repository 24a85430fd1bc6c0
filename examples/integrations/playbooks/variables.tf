variable "user" {
  type        = string
  description = "The account: user principal name or Entra object id. One that is a user already is taken over."
  nullable    = false
}

variable "email" {
  type        = string
  description = "E-mail address of the account, under which Playbooks knows it."
  nullable    = false

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.email))
    error_message = "An e-mail address, such as playbooks@contoso.com."
  }
}

variable "role" {
  type        = string
  description = "Name of the role that the Playbooks solution brings."
  default     = "Playbooks Service User"
  nullable    = false
}

variable "further_roles" {
  type        = list(string)
  description = "Roles that the account holds besides, by name or id."
  default     = []
  nullable    = false
}

variable "business_unit" {
  type        = string
  description = "Business unit of the account, by name or id. Left out: it stays where it is."
  default     = null
}

variable "interactive" {
  type        = bool
  description = "Leaves the account interactive for as long as somebody must sign in with it to connect Playbooks."
  default     = false
  nullable    = false
}

variable "provisioning" {
  type        = string
  description = "\"adopt\" waits until Dataverse has the user, \"sync\" asks the Power Platform admin API for it."
  default     = "adopt"
  nullable    = false
}
