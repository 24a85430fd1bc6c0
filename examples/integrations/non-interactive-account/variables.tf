variable "user" {
  type        = string
  description = "The account: user principal name or Entra object id of a person."
  nullable    = false

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.user)) || can(regex("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", var.user))
    error_message = "A user principal name such as crm-service@contoso.com, or the object id of the account in Entra."
  }
}

variable "security_roles" {
  type        = set(string)
  description = "All roles of the account, by name or id. Dataverse lets nobody in without one."
  nullable    = false

  validation {
    condition     = length(var.security_roles) > 0
    error_message = "The account needs at least one role: Dataverse refuses every request of a user without one."
  }
}

variable "business_unit" {
  type        = string
  description = "Business unit of the account, by name or id. Left out: it stays where it is, the root unit for a new user."
  default     = null
}

variable "email" {
  type        = string
  description = "Primary e-mail address. Left out: it stays as it is."
  default     = null
}

variable "interactive" {
  type        = bool
  description = "Leaves the account interactive for as long as somebody must sign in with it, for example to consent to a connection. It needs its licence so long."
  default     = false
  nullable    = false
}

variable "provisioning" {
  type        = string
  description = "How Dataverse gets the user: \"adopt\" waits until it has it, \"sync\" asks the Power Platform admin API to bring the person in. Both take over a user that is there."
  default     = "adopt"
  nullable    = false

  validation {
    condition     = contains(["adopt", "sync"], var.provisioning)
    error_message = "Either \"adopt\" or \"sync\"."
  }
}

variable "on_destroy" {
  type        = string
  description = "What becomes of the user when this is destroyed: \"disable\" it or \"abandon\" it as it is."
  default     = "disable"
  nullable    = false

  validation {
    condition     = contains(["disable", "abandon"], var.on_destroy)
    error_message = "Either \"disable\" or \"abandon\"."
  }
}
