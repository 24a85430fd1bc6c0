administrator       = "bc-admin@contoso.onmicrosoft.com"
integration_account = "bc-integration@contoso.onmicrosoft.com"

salespeople = <<-CSV
  Display name,User name,First name,Last name,Job title,Department
  Sales Person 01,salesperson01@contoso.onmicrosoft.com,Sales,Person 01,Salesperson,Sales
  Sales Person 02,salesperson02@contoso.onmicrosoft.com,Sales,Person 02,Salesperson,Sales
  Sales Person 03,salesperson03@contoso.onmicrosoft.com,Sales,Person 03,Salesperson,Sales
  Sales Person 04,salesperson04@contoso.onmicrosoft.com,Sales,Person 04,Salesperson,Sales
  Sales Person 05,salesperson05@contoso.onmicrosoft.com,Sales,Person 05,Salesperson,Sales
  Sales Person 06,salesperson06@contoso.onmicrosoft.com,Sales,Person 06,Salesperson,Sales
  Sales Person 07,salesperson07@contoso.onmicrosoft.com,Sales,Person 07,Salesperson,Sales
  Sales Person 08,salesperson08@contoso.onmicrosoft.com,Sales,Person 08,Salesperson,Sales
  Sales Person 09,salesperson09@contoso.onmicrosoft.com,Sales,Person 09,Salesperson,Sales
  Sales Person 10,salesperson10@contoso.onmicrosoft.com,Sales,Person 10,Salesperson,Sales
  Sales Person 11,salesperson11@contoso.onmicrosoft.com,Sales,Person 11,Salesperson,Sales
  Sales Person 12,salesperson12@contoso.onmicrosoft.com,Sales,Person 12,Salesperson,Sales
  Sales Person 13,salesperson13@contoso.onmicrosoft.com,Sales,Person 13,Salesperson,Sales
  Sales Person 14,salesperson14@contoso.onmicrosoft.com,Sales,Person 14,Salesperson,Sales
  Sales Person 15,salesperson15@contoso.onmicrosoft.com,Sales,Person 15,Salesperson,Sales
  Sales Person 16,salesperson16@contoso.onmicrosoft.com,Sales,Person 16,Salesperson,Sales
  Sales Person 17,salesperson17@contoso.onmicrosoft.com,Sales,Person 17,Salesperson,Sales
  Sales Person 18,salesperson18@contoso.onmicrosoft.com,Sales,Person 18,Salesperson,Sales
  Sales Person 19,salesperson19@contoso.onmicrosoft.com,Sales,Person 19,Salesperson,Sales
  Sales Person 20,salesperson20@contoso.onmicrosoft.com,Sales,Person 20,Salesperson,Sales
  Sales Person 21,salesperson21@contoso.onmicrosoft.com,Sales,Person 21,Salesperson,Sales
  Sales Person 22,salesperson22@contoso.onmicrosoft.com,Sales,Person 22,Salesperson,Sales
  Sales Person 23,salesperson23@contoso.onmicrosoft.com,Sales,Person 23,Salesperson,Sales
  Sales Person 24,salesperson24@contoso.onmicrosoft.com,Sales,Person 24,Salesperson,Sales
  Sales Person 25,salesperson25@contoso.onmicrosoft.com,Sales,Person 25,Salesperson,Sales
  Sales Person 26,salesperson26@contoso.onmicrosoft.com,Sales,Person 26,Salesperson,Sales
  Sales Person 27,salesperson27@contoso.onmicrosoft.com,Sales,Person 27,Salesperson,Sales
  Sales Person 28,salesperson28@contoso.onmicrosoft.com,Sales,Person 28,Salesperson,Sales
  Sales Person 29,salesperson29@contoso.onmicrosoft.com,Sales,Person 29,Salesperson,Sales
  Sales Person 30,salesperson30@contoso.onmicrosoft.com,Sales,Person 30,Salesperson,Sales
  Sales Person 31,salesperson31@contoso.onmicrosoft.com,Sales,Person 31,Salesperson,Sales
  Sales Person 32,salesperson32@contoso.onmicrosoft.com,Sales,Person 32,Salesperson,Sales
  Sales Person 33,salesperson33@contoso.onmicrosoft.com,Sales,Person 33,Salesperson,Sales
  Sales Person 34,salesperson34@contoso.onmicrosoft.com,Sales,Person 34,Salesperson,Sales
  Sales Person 35,salesperson35@contoso.onmicrosoft.com,Sales,Person 35,Salesperson,Sales
  Sales Person 36,salesperson36@contoso.onmicrosoft.com,Sales,Person 36,Salesperson,Sales
  Sales Person 37,salesperson37@contoso.onmicrosoft.com,Sales,Person 37,Salesperson,Sales
  Sales Person 38,salesperson38@contoso.onmicrosoft.com,Sales,Person 38,Salesperson,Sales
  Sales Person 39,salesperson39@contoso.onmicrosoft.com,Sales,Person 39,Salesperson,Sales
  Sales Person 40,salesperson40@contoso.onmicrosoft.com,Sales,Person 40,Salesperson,Sales
  Sales Person 41,salesperson41@contoso.onmicrosoft.com,Sales,Person 41,Salesperson,Sales
  Sales Person 42,salesperson42@contoso.onmicrosoft.com,Sales,Person 42,Salesperson,Sales
  Sales Person 43,salesperson43@contoso.onmicrosoft.com,Sales,Person 43,Salesperson,Sales
  Sales Person 44,salesperson44@contoso.onmicrosoft.com,Sales,Person 44,Salesperson,Sales
  Sales Person 45,salesperson45@contoso.onmicrosoft.com,Sales,Person 45,Salesperson,Sales
  Sales Person 46,salesperson46@contoso.onmicrosoft.com,Sales,Person 46,Salesperson,Sales
  Sales Person 47,salesperson47@contoso.onmicrosoft.com,Sales,Person 47,Salesperson,Sales
  Sales Person 48,salesperson48@contoso.onmicrosoft.com,Sales,Person 48,Salesperson,Sales
  Sales Person 49,salesperson49@contoso.onmicrosoft.com,Sales,Person 49,Salesperson,Sales
  Sales Person 50,salesperson50@contoso.onmicrosoft.com,Sales,Person 50,Salesperson,Sales
CSV
