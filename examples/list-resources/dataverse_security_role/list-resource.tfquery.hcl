# All roles that somebody made by hand in this environment, ready to be imported:
# terraform query -generate-config-out=roles.tf
list "dataverse_security_role" "own" {
  provider = dataverse
  limit    = 1000

  include_resource = true

  config {
    managed = false
  }
}
