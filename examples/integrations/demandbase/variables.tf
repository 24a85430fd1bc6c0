variable "application_id" {
  type        = string
  description = "Application (client) id of the Entra application that Demandbase signs in as."
}

variable "integration_user" {
  type        = string
  description = "User principal name or Entra object id of the person's account that Demandbase is connected with."
  nullable    = false

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.integration_user)) || can(regex("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", var.integration_user))
    error_message = "A user principal name such as demandbase@contoso.com, or the object id of the account in Entra."
  }
}

variable "business_unit" {
  type        = string
  description = "Business unit of both users, by name or id."
}

variable "access_mode" {
  type        = string
  default     = null
  description = "Access mode of the integration user, for example \"non_interactive\". Left out: stays as it is."
}

variable "shared_views" {
  type = list(object({
    owner = string
    table = string
    name  = string
  }))
  description = "Personal views that Demandbase reads: user principal name of the owner, table (account, contact or lead) and name of the view. A view that is added here is shared with the integration user, one that is taken away is withdrawn."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for view in var.shared_views : contains(["account", "contact", "lead"], view.table)])
    error_message = "Demandbase reads views of the tables account, contact and lead."
  }

  validation {
    condition     = length(distinct([for view in var.shared_views : lower(jsonencode(view))])) == length(var.shared_views)
    error_message = "A view is listed twice."
  }
}
