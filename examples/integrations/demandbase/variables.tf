variable "application_id" {
  type        = string
  description = "Application (client) id of the Entra application that Demandbase signs in as."
}

variable "integration_user" {
  type        = string
  description = "User principal name or Entra object id of the person's account that Demandbase is connected with."
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
