/**
 * What each operation of the API needs, written down a second time and by hand: matrix.test.ts tries every one of them
 * with every role, and fails when an operation is missing here. Whoever adds a route adds its row.
 */
import type { Requirement } from '../src/accounts/permission.ts'

export interface Row {
  readonly needs: Requirement
  /** Above products: the permission in one product is enough. */
  readonly anyProduct?: true
  readonly stepUp?: true
}

const any = (needs: Requirement): Row => ({ needs, anyProduct: true })
const proved = (needs: Requirement): Row => ({ needs, stepUp: true })
const anyProved = (needs: Requirement): Row => ({ needs, anyProduct: true, stepUp: true })
const plain = (needs: Requirement): Row => ({ needs })

export const ROUTE_MATRIX: Readonly<Record<string, Row>> = {
  'GET /openapi.json': plain('anyone-signed-in'),
  'GET /products': any('product.read'),
  'POST /products': plain('product.create'),
  'GET /products/{product}': plain('product.read'),
  'PUT /products/{product}/metadata/{role}': plain('release.publish'),
  'PUT /products/{product}/files/{sha256}': plain('release.publish'),
  'GET /products/{product}/releases': plain('release.read'),
  'POST /products/{product}/releases/{version}/withdraw': proved('release.withdraw'),
  'GET /products/{product}/rollouts': plain('rollout.read'),
  'POST /products/{product}/rollouts': plain('rollout.plan'),
  'GET /products/{product}/rollouts/{id}': plain('rollout.read'),
  'PATCH /products/{product}/rollouts/{id}': plain('rollout.control'),
  'POST /products/{product}/rollouts/{id}/pause': plain('rollout.control'),
  'POST /products/{product}/rollouts/{id}/resume': plain('rollout.control'),
  'POST /products/{product}/rollouts/{id}/withdraw': plain('rollout.control'),
  'POST /products/{product}/rollouts/{id}/retry': plain('rollout.control'),
  'GET /products/{product}/devices': plain('device.read'),
  'GET /products/{product}/device-count': plain('device.read'),
  'GET /products/{product}/devices/{device}': plain('device.read'),
  'PATCH /products/{product}/devices/{device}': plain('device.manage'),
  'POST /products/{product}/devices/{device}/quarantine': plain('device.manage'),
  'POST /products/{product}/devices/{device}/release': plain('device.manage'),
  'POST /products/{product}/devices/{device}/dismiss-suspicion': plain('device.manage'),
  'POST /products/{product}/devices/{device}/decommission': proved('device.erase'),
  'POST /products/{product}/devices/{device}/revoke': proved('device.manage'),
  'GET /products/{product}/devices/{device}/reports': plain('device.read'),
  'GET /products/{product}/devices/{device}/commands': plain('device.read'),
  'POST /products/{product}/devices/{device}/commands': plain('device.command'),
  'POST /products/{product}/enrolment-tokens': plain('enrolment.create'),
  'GET /audit': any('audit.read'),
  'GET /audit/head': plain('audit.read'),
  'GET /audit/verification': plain('audit.read'),
  'GET /audit/export': plain('audit.read'),
  'GET /events': plain('anyone-signed-in'),
  'GET /products/{product}/events': plain('product.read'),
  'GET /webhooks': plain('webhook.manage'),
  'POST /webhooks': proved('webhook.manage'),
  'GET /webhooks/{id}': plain('webhook.manage'),
  'PATCH /webhooks/{id}': proved('webhook.manage'),
  'DELETE /webhooks/{id}': plain('webhook.manage'),
  'POST /webhooks/{id}/secret': proved('webhook.manage'),
  'POST /webhooks/{id}/test': plain('webhook.manage'),
  'GET /webhooks/{id}/deliveries': plain('webhook.manage'),
  'POST /webhooks/{id}/deliveries/{event}/redelivery': plain('webhook.manage'),
  'GET /products/{product}/webhooks': plain('webhook.manage'),
  'POST /products/{product}/webhooks': proved('webhook.manage'),
  'GET /products/{product}/webhooks/{id}': plain('webhook.manage'),
  'PATCH /products/{product}/webhooks/{id}': proved('webhook.manage'),
  'DELETE /products/{product}/webhooks/{id}': plain('webhook.manage'),
  'POST /products/{product}/webhooks/{id}/secret': proved('webhook.manage'),
  'POST /products/{product}/webhooks/{id}/test': plain('webhook.manage'),
  'GET /products/{product}/webhooks/{id}/deliveries': plain('webhook.manage'),
  'POST /products/{product}/webhooks/{id}/deliveries/{event}/redelivery': plain('webhook.manage'),
  'GET /accounts': any('account.read'),
  'POST /accounts': anyProved('account.manage'),
  'GET /accounts/{account}': any('account.read'),
  'PATCH /accounts/{account}': anyProved('account.manage'),
  'DELETE /accounts/{account}': anyProved('account.manage'),
  'POST /accounts/{account}/grants': anyProved('account.manage'),
  'DELETE /accounts/{account}/grants/{grant}': anyProved('account.manage'),
  'POST /accounts/{account}/way-in': anyProved('account.manage'),
  'GET /me/tokens': any('token.own'),
  'POST /me/tokens': anyProved('token.own'),
  'DELETE /me/tokens/{token}': any('token.own'),
  'GET /accounts/{account}/tokens': any('account.read'),
  'POST /accounts/{account}/tokens': anyProved('token.own'),
  'DELETE /accounts/{account}/tokens/{token}': any('token.own'),
  'GET /me': plain('anyone-signed-in'),
  'GET /me/sessions': any('session.own'),
  'DELETE /me/sessions': any('session.own'),
  'DELETE /me/sessions/{session}': any('session.own'),
  'GET /accounts/{account}/sessions': any('account.read'),
  'DELETE /accounts/{account}/sessions': any('account.manage'),
  'DELETE /accounts/{account}/sessions/{session}': any('account.manage'),
  'GET /keys': plain('server.read'),
  'POST /keys/{purpose}/rotate': proved('server.manage'),
  'POST /keys/fleet-ca/retire': proved('server.manage'),
  'GET /products/{product}/keys': plain('product.read'),
  'POST /products/{product}/keys/{purpose}/rotate': proved('server.manage'),
}
