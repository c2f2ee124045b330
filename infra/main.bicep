// The same resources as `python3 -m infra create`, for those who deploy templates: once for production, then for Dev.
//
//   az deployment group create --resource-group rg-NAME --template-file infra/main.bicep \
//     --parameters name=NAME environment=production
//
// What both ways have in common stands in site.json. docs/adr/0010 says which of them is the default, and why.

@minLength(3)
@maxLength(14)
@description('Globally unique; the resource group is rg-NAME for production and rg-NAME-dev for Dev.')
param name string

@allowed(['production', 'dev'])
param environment string

param location string = resourceGroup().location
param sku string = 'P0v3'
param instances int = 1
param workers int = 1

@description('Who reaches Dev and the slots: addresses with their prefix, or service tags.')
param allow array = ['AzureCloud']

@description('Who is told when production is unhealthy; empty: shown in the portal only.')
param alertEmail string = ''

@description('False for somebody who is Contributor: an owner then runs `python3 -m infra roles`.')
param assignRoles bool = true

@description('Image that is live, to deploy over an app that exists. Empty before the first release.')
param image string = ''

@secure()
@description('Key that signs the versions of this environment. Another one refuses every version of the first.')
param signingKey string = ''

var table = loadJsonContent('site.json')
var isProduction = environment == 'production'
var stem = isProduction ? name : '${name}-dev'
var sharedGroup = 'rg-${name}'
var registryHost = '${name}images.azurecr.io'
var vaultName = '${stem}-vault'
var mountPath = '/registry'

var pull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d') // AcrPull
var readSecrets = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6') // Key Vault Secrets User

var settings = union(table.appSettings, {
  IRISML_WORKERS: string(workers)
  IRISML_SIGNING_KEY: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=signing-key)'
})

var rules = [for (source, n) in allow: {
  name: 'allowed-${n + 1}'
  priority: 101 + n
  action: 'Allow'
  ipAddress: source
  tag: contains(source, '/') ? 'Default' : 'ServiceTag'
}]

var restricted = {
  ipSecurityRestrictions: rules
  ipSecurityRestrictionsDefaultAction: 'Deny'
  scmIpSecurityRestrictionsUseMain: true
}

var common = union(table.siteConfig, {
  acrUserManagedIdentityID: identity.properties.clientId
  linuxFxVersion: 'DOCKER|${empty(image) ? '${registryHost}/irisml:none' : image}'
  azureStorageAccounts: {
    registry: {
      type: 'AzureFiles'
      accountName: storage.name
      shareName: 'versions'
      mountPath: mountPath
      accessKey: storage.listKeys().keys[0].value
    }
  }
})

// --- what both environments share: in production's group ------------------------------------------------------------

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = if (isProduction) {
  name: '${name}images'
  location: location
  sku: { name: 'Basic' }
  properties: {
    adminUserEnabled: false
    roleAssignmentMode: 'LegacyRegistryPermissions'
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = if (isProduction) {
  name: 'plan-${name}'
  location: location
  kind: 'linux'
  sku: {
    name: sku
    capacity: instances
  }
  properties: { reserved: true }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = if (isProduction) {
  name: 'log-${name}'
  location: location
  properties: {
    retentionInDays: 30
    sku: { name: 'PerGB2018' }
  }
}

resource query 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = if (isProduction) {
  parent: workspace
  name: 'irisml-problems'
  properties: {
    category: 'irisml'
    displayName: 'irisml: errors and warnings'
    query: table.savedQuery
  }
}

// --- an environment: identity, secrets, share -----------------------------------------------------------------------

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${stem}'
  location: location
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: vaultName
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
  }
}

resource key 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(signingKey)) {
  parent: vault
  name: 'signing-key'
  properties: { value: signingKey }
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: '${replace(stem, '-', '')}models'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    allowBlobPublicAccess: false
    supportsHttpsTrafficOnly: true
  }
}

resource files 'Microsoft.Storage/storageAccounts/fileServices@2023-05-01' = {
  parent: storage
  name: 'default'
}

resource share 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = {
  parent: files
  name: 'versions'
  properties: { shareQuota: 5 }
}

resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (assignRoles) {
  name: guid(vault.id, identity.id, readSecrets)
  scope: vault
  properties: {
    roleDefinitionId: readSecrets
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

module mayPull 'pull.bicep' = if (assignRoles) {
  name: 'pull-${environment}'
  scope: resourceGroup(sharedGroup)
  params: {
    registryName: '${name}images'
    principalId: identity.properties.principalId
    role: pull
  }
  dependsOn: [registry]
}

// --- the app and its slot -------------------------------------------------------------------------------------------

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: stem
  location: location
  kind: 'app,linux,container'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: resourceId(sharedGroup, 'Microsoft.Web/serverfarms', 'plan-${name}')
    httpsOnly: true
    clientAffinityEnabled: true
    keyVaultReferenceIdentity: identity.id
    siteConfig: isProduction ? common : union(common, restricted)
  }
  dependsOn: [plan, share]
}

resource appSettings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, { IRISML_REGISTRY: '${mountPath}/live' })
}

resource sticky 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'slotConfigNames'
  properties: { appSettingNames: ['IRISML_REGISTRY'] }
}

resource slot 'Microsoft.Web/sites/slots@2024-11-01' = {
  parent: app
  name: 'staging'
  location: location
  kind: 'app,linux,container'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: resourceId(sharedGroup, 'Microsoft.Web/serverfarms', 'plan-${name}')
    httpsOnly: true
    clientAffinityEnabled: true
    keyVaultReferenceIdentity: identity.id
    siteConfig: union(common, restricted)
  }
  dependsOn: [appSettings]
}

resource slotSettings 'Microsoft.Web/sites/slots/config@2024-11-01' = {
  parent: slot
  name: 'appsettings'
  properties: union(settings, { IRISML_REGISTRY: '${mountPath}/staging' })
}

resource noPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = [for kind in ['ftp', 'scm']: {
  parent: app
  name: kind
  properties: { allow: false }
}]

resource noSlotPassword 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies@2024-11-01' = [for kind in ['ftp', 'scm']: {
  parent: slot
  name: kind
  properties: { allow: false }
}]

// --- logs and alerts ------------------------------------------------------------------------------------------------

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: resourceId(sharedGroup, 'Microsoft.OperationalInsights/workspaces', 'log-${name}')
    logs: [for category in table.logs: {
      category: category
      enabled: true
    }]
  }
  dependsOn: [workspace]
}

resource slotLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: slot
  properties: {
    workspaceId: resourceId(sharedGroup, 'Microsoft.OperationalInsights/workspaces', 'log-${name}')
    logs: [for category in table.logs: {
      category: category
      enabled: true
    }]
  }
  dependsOn: [workspace]
}

resource told 'Microsoft.Insights/actionGroups@2023-01-01' = if (isProduction && !empty(alertEmail)) {
  name: 'alert-${name}'
  location: 'global'
  properties: {
    groupShortName: 'irisml'
    enabled: true
    emailReceivers: [
      {
        name: 'irisml'
        emailAddress: alertEmail
        useCommonAlertSchema: false
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [for alert in (isProduction ? table.alerts : []): {
  name: '${name}-${alert.name}'
  location: 'global'
  properties: {
    severity: 1
    enabled: true
    scopes: [app.id]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: alert.name
          metricName: alert.metric
          operator: alert.operator
          threshold: alert.threshold
          timeAggregation: alert.aggregation
        }
      ]
    }
    actions: empty(alertEmail) ? [] : [{ actionGroupId: told.id }]
  }
}]

output hostName string = app.properties.defaultHostName
