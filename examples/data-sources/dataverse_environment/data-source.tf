data "dataverse_environment" "this" {}

output "environment" {
  value = "${data.dataverse_environment.this.name}, Dataverse ${data.dataverse_environment.this.version}"
}
