// Every route of the HubSpot mock, the call of the official client that uses it, and the test that
// makes this call, successfully and in vain. A unit test holds the routes against those of the mock;
// the test files hold themselves against the calls that arrived. mocks/README.md shows it as a table.

const objects = 'hubspot.objects.test.mjs';
const account = 'hubspot.test.mjs';

export const coverage = [
  { file: objects, route: 'POST /crm/v3/objects/{objectType}', call: 'crm.contacts.basicApi.create', test: 'create' },
  { file: objects, route: 'GET /crm/v3/objects/{objectType}', call: 'crm.contacts.basicApi.getPage', test: 'list' },
  { file: objects, route: 'POST /crm/v3/objects/{objectType}/search', call: 'crm.contacts.searchApi.doSearch', test: 'search' },
  { file: objects, route: 'POST /crm/v3/objects/{objectType}/gdpr-delete', call: 'crm.contacts.basicApi.purge', test: 'delete for privacy' },
  { file: objects, route: 'GET /crm/v3/objects/{objectType}/{objectId}', call: 'crm.contacts.basicApi.getById', test: 'read by id and by unique property' },
  { file: objects, route: 'PATCH /crm/v3/objects/{objectType}/{objectId}', call: 'crm.contacts.basicApi.update', test: 'update' },
  { file: objects, route: 'DELETE /crm/v3/objects/{objectType}/{objectId}', call: 'crm.contacts.basicApi.archive', test: 'archive' },
  { file: objects, route: 'POST /crm/v3/objects/{objectType}/batch/read', call: 'crm.contacts.batchApi.read', test: 'batch read' },
  { file: objects, route: 'POST /crm/v3/objects/{objectType}/batch/create', call: 'crm.contacts.batchApi.create', test: 'batch create' },
  { file: objects, route: 'POST /crm/v3/objects/{objectType}/batch/update', call: 'crm.contacts.batchApi.update', test: 'batch update' },
  { file: objects, route: 'POST /crm/v3/objects/{objectType}/batch/upsert', call: 'crm.contacts.batchApi.upsert', test: 'batch upsert' },
  { file: objects, route: 'POST /crm/v3/objects/{objectType}/batch/archive', call: 'crm.contacts.batchApi.archive', test: 'batch archive' },

  { file: account, route: 'PUT /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}', call: 'crm.associations.v4.basicApi.create', test: 'associate and end it' },
  { file: account, route: 'DELETE /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}', call: 'crm.associations.v4.basicApi.archive', test: 'associate and end it' },
  { file: account, route: 'PUT /crm/v4/objects/{objectType}/{objectId}/associations/default/{toObjectType}/{toObjectId}', call: 'crm.associations.v4.basicApi.createDefault', test: 'associate by default' },
  { file: account, route: 'GET /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}', call: 'crm.associations.v4.basicApi.getPage', test: 'associate and end it' },
  { file: account, route: 'POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/create', call: 'crm.associations.v4.batchApi.create', test: 'batches of associations' },
  { file: account, route: 'POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/associate/default', call: 'crm.associations.v4.batchApi.createDefault', test: 'batches of default associations' },
  { file: account, route: 'POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read', call: 'crm.associations.v4.batchApi.getPage', test: 'batches of associations' },
  { file: account, route: 'POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/archive', call: 'crm.associations.v4.batchApi.archive', test: 'batches of associations' },
  { file: account, route: 'POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/labels/archive', call: 'crm.associations.v4.batchApi.archiveLabels', test: 'batches of associations' },
  { file: account, route: 'GET /crm/v4/associations/{fromObjectType}/{toObjectType}/labels', call: 'crm.associations.v4.schema.definitionsApi.getAll', test: 'labels' },

  { file: account, route: 'GET /crm/v3/properties/{objectType}', call: 'crm.properties.coreApi.getAll', test: 'a property lives and dies' },
  { file: account, route: 'POST /crm/v3/properties/{objectType}', call: 'crm.properties.coreApi.create', test: 'a property lives and dies' },
  { file: account, route: 'GET /crm/v3/properties/{objectType}/groups', call: 'crm.properties.groupsApi.getAll', test: 'groups of properties' },
  { file: account, route: 'POST /crm/v3/properties/{objectType}/groups', call: 'crm.properties.groupsApi.create', test: 'groups of properties' },
  { file: account, route: 'GET /crm/v3/properties/{objectType}/groups/{groupName}', call: 'crm.properties.groupsApi.getByName', test: 'groups of properties' },
  { file: account, route: 'POST /crm/v3/properties/{objectType}/batch/create', call: 'crm.properties.batchApi.create', test: 'batches of properties' },
  { file: account, route: 'POST /crm/v3/properties/{objectType}/batch/read', call: 'crm.properties.batchApi.read', test: 'batches of properties' },
  { file: account, route: 'POST /crm/v3/properties/{objectType}/batch/archive', call: 'crm.properties.batchApi.archive', test: 'batches of properties' },
  { file: account, route: 'GET /crm/v3/properties/{objectType}/{propertyName}', call: 'crm.properties.coreApi.getByName', test: 'a property lives and dies' },
  { file: account, route: 'PATCH /crm/v3/properties/{objectType}/{propertyName}', call: 'crm.properties.coreApi.update', test: 'a property lives and dies' },
  { file: account, route: 'DELETE /crm/v3/properties/{objectType}/{propertyName}', call: 'crm.properties.coreApi.archive', test: 'a property lives and dies' },

  { file: account, route: 'GET /crm/v3/owners', call: 'crm.owners.ownersApi.getPage', test: 'owners' },
  { file: account, route: 'GET /crm/v3/owners/{ownerId}', call: 'crm.owners.ownersApi.getById', test: 'owners' },
  { file: account, route: 'GET /crm/v3/pipelines/{objectType}', call: 'crm.pipelines.pipelinesApi.getAll', test: 'pipelines' },
  { file: account, route: 'GET /crm/v3/pipelines/{objectType}/{pipelineId}', call: 'crm.pipelines.pipelinesApi.getById', test: 'pipelines' },
  { file: account, route: 'GET /crm/v3/pipelines/{objectType}/{pipelineId}/stages', call: 'crm.pipelines.pipelineStagesApi.getAll', test: 'pipelines' },

  { file: account, route: 'POST /oauth/v1/token', call: 'oauth.tokensApi.create', test: 'OAuth' },
  { file: account, route: 'GET /oauth/v1/access-tokens/{token}', call: 'oauth.accessTokensApi.get', test: 'OAuth' },
  { file: account, route: 'GET /oauth/v1/refresh-tokens/{token}', call: 'oauth.refreshTokensApi.get', test: 'OAuth' },
  { file: account, route: 'DELETE /oauth/v1/refresh-tokens/{token}', call: 'oauth.refreshTokensApi.archive', test: 'OAuth', alwaysSucceeds: true },
  { file: account, route: 'POST /oauth/v2/private-apps/get/access-token-info', call: 'apiRequest', test: 'the token of a private app' },

  { file: account, route: 'GET /webhooks/v3/{appId}/settings', call: 'webhooks.settingsApi.getAll', test: 'where webhooks go' },
  { file: account, route: 'PUT /webhooks/v3/{appId}/settings', call: 'webhooks.settingsApi.configure', test: 'where webhooks go' },
  { file: account, route: 'DELETE /webhooks/v3/{appId}/settings', call: 'webhooks.settingsApi.clear', test: 'where webhooks go' },
  { file: account, route: 'GET /webhooks/v3/{appId}/subscriptions', call: 'webhooks.subscriptionsApi.getAll', test: 'subscriptions' },
  { file: account, route: 'POST /webhooks/v3/{appId}/subscriptions', call: 'webhooks.subscriptionsApi.create', test: 'subscriptions' },
  { file: account, route: 'POST /webhooks/v3/{appId}/subscriptions/batch/update', call: 'webhooks.subscriptionsApi.updateBatch', test: 'subscriptions' },
  { file: account, route: 'GET /webhooks/v3/{appId}/subscriptions/{subscriptionId}', call: 'webhooks.subscriptionsApi.getById', test: 'subscriptions' },
  { file: account, route: 'PATCH /webhooks/v3/{appId}/subscriptions/{subscriptionId}', call: 'webhooks.subscriptionsApi.update', test: 'subscriptions' },
  { file: account, route: 'DELETE /webhooks/v3/{appId}/subscriptions/{subscriptionId}', call: 'webhooks.subscriptionsApi.archive', test: 'subscriptions' },
];
