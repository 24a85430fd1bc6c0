variable "business_units" {
  type        = map(object({ parent = optional(string) }))
  description = "Business units by name. Without a parent a unit stands below the root unit; a parent is a unit of this map that has none itself."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for unit in var.business_units : unit.parent == null || contains(keys(var.business_units), coalesce(unit.parent, "-"))])
    error_message = "The parent of each unit must be a unit of this map. Not there: ${join(", ", [for name, unit in var.business_units : "${unit.parent} (parent of ${name})" if unit.parent != null && !contains(keys(var.business_units), coalesce(unit.parent, "-"))])}."
  }

  validation {
    condition     = alltrue([for unit in var.business_units : try(var.business_units[unit.parent].parent, null) == null])
    error_message = "Units are nested two deep here: a parent cannot have a parent."
  }
}

variable "teams" {
  type = map(object({
    business_unit  = optional(string)
    description    = optional(string)
    security_roles = set(string)
    members        = optional(set(string), [])
  }))
  description = "Teams by name: unit (of this module or of the environment; the root unit when left out), roles by name, and members by user principal name."
  default     = {}
  nullable    = false
}

variable "group_teams" {
  type = map(object({
    business_unit  = optional(string)
    entra_group_id = string
    security_roles = set(string)
  }))
  description = "Teams of security groups in Entra by name: object id of the group, unit and roles. Who is in the group is in the team."
  default     = {}
  nullable    = false

  validation {
    condition     = length(distinct([for team in var.group_teams : lower(team.entra_group_id)])) == length(var.group_teams)
    error_message = "A group can have one team."
  }
}

variable "application_users" {
  type = map(object({
    application_id = string
    business_unit  = optional(string)
    security_roles = set(string)
  }))
  description = "Application users by a name of your choice: client id, unit and roles."
  default     = {}
  nullable    = false
}
