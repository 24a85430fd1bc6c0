import {
  to = dataverse_security_role.salesperson
  id = "Salesperson"
}

import {
  to = dataverse_role_privileges.salesperson
  id = "Salesperson"
}
