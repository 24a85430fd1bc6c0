variable "environment_url" {
  type        = string
  description = "URL of the environment. Left out: DATAVERSE_URL."
  default     = null
}

variable "business_units" {
  type        = any
  description = "Business units by name, as environment-security takes them."
}

variable "teams" {
  type        = any
  description = "Teams by name, as environment-security takes them."
}

variable "group_teams" {
  type        = any
  description = "Teams of groups in Entra by name, as environment-security takes them."
}

variable "application_users" {
  type        = any
  description = "Application users by name, as environment-security takes them."
}
