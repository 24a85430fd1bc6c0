ephemeral "dataverse_access_token" "this" {}

# Any tool of the same run, here a script, gets a token that is in neither plan nor state.
resource "terraform_data" "flush" {
  provisioner "local-exec" {
    command = "test -n \"$DATAVERSE_TOKEN\""

    environment = {
      DATAVERSE_TOKEN = ephemeral.dataverse_access_token.this.access_token
    }
  }
}
