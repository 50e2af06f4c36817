/**
 * The command line covers every operation of the API: each has a command here that asks for it, and an operation that
 * is added fails until it has one. The commands run before a server that answers what the OpenAPI document promises.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runHere } from '../../../packages/cli/test/run-here.ts'
import { startEdge } from '../../../packages/server/src/edge.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import {
  type DocumentSchema,
  type DocumentSchemas,
  exampleOf,
} from '../../../packages/server/test/support/schema-example.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'

const ON = ['--product', 'lumen']
const ACCOUNT = 'acc-4f0c2a91d37be865'
const ID = '0f3a5c7e9b1d2468'
const ADVISORY = 'LUMEN-2026-0007'
const EVENT = '01234567-89ab-4cde-8f01-23456789abcd'

const SIGNATURE = [
  ...['--name', 'A. Licht', '--function', 'director', '--place', 'Berlin'],
  ...['--date', '2026-11-21', '--read', '0'.repeat(64)],
]

/** For people at a browser; nothing that a script would ask for by a command. */
const PAGES = ['GET /openapi.json', 'GET /docs', 'GET /docs/{file}']

/** What a desk with signed metadata asks for: `release publish` and `factory pack`, tried in manufacturer.test.ts. */
const FROM_A_DESK = [
  'POST /products/{product}/enrolment-tokens',
  'PUT /products/{product}/metadata/{role}',
  'PUT /products/{product}/files/{sha256}',
]

/** `@name` is a file of {@link FILES} in the test's folder, `@+name` one that the command makes. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'GET /attention': ['now'],
  'GET /products': ['products', 'list'],
  'POST /products': ['products', 'create', 'lumen'],
  'GET /products/{product}': ['products', 'show', 'lumen'],
  'GET /products/{product}/facts': ['products', 'facts', 'show', 'lumen'],
  'POST /products/{product}/facts': ['products', 'facts', 'set', 'lumen', '--file', '@facts.json'],
  'GET /products/{product}/facts/versions': ['products', 'facts', 'history', 'lumen'],
  'GET /products/{product}/facts/versions/{version}': [
    ...['products', 'facts', 'show', 'lumen', '--version', '2'],
  ],
  'GET /products/{product}/facts/gaps': ['products', 'facts', 'gaps', 'lumen'],
  'GET /products/{product}/dossiers': ['dossier', 'list', 'lumen'],
  'POST /products/{product}/dossiers': ['dossier', 'build', 'lumen', '--no-wait'],
  'GET /products/{product}/dossiers/{version}': ['dossier', 'get', 'lumen', '3'],
  'DELETE /products/{product}/dossiers/{version}': ['dossier', 'delete', 'lumen', '3'],
  'GET /products/{product}/dossiers/{version}/archive': [
    ...['dossier', 'get', 'lumen', '3', '--out', '@+dossier.zip'],
  ],
  'GET /products/{product}/declaration': ['dossier', 'sign-declaration', 'lumen'],
  'GET /products/{product}/declaration/signatures': [
    ...['dossier', 'sign-declaration', 'lumen', '--history'],
  ],
  'POST /products/{product}/declaration/signatures': [
    ...['dossier', 'sign-declaration', 'lumen', ...SIGNATURE],
  ],
  'PUT /products/{product}/declaration/signatures': [
    ...['dossier', 'sign-declaration', 'lumen', ...SIGNATURE, '--document', '@facts.json'],
  ],
  'GET /products/{product}/declaration/publication': [
    ...['dossier', 'publish-declaration', 'lumen', '--show'],
  ],
  'POST /products/{product}/declaration/publication': [
    ...['dossier', 'publish-declaration', 'lumen', '--number', '2'],
  ],
  'GET /products/{product}/requirements': ['products', 'requirements', 'list', 'lumen'],
  'GET /products/{product}/requirements/{requirement}': [
    ...['products', 'requirements', 'show', 'lumen', 'I.2.c'],
  ],
  'POST /products/{product}/requirements/{requirement}': [
    ...['products', 'requirements', 'answer', 'lumen', 'I.2.c', '--file', '@facts.json'],
  ],
  'POST /products/{product}/requirements/{requirement}/acceptance': [
    ...['products', 'requirements', 'accept', 'lumen', 'I.2.c'],
  ],
  'GET /products/{product}/requirements/{requirement}/revisions': [
    ...['products', 'requirements', 'history', 'lumen', 'I.2.c'],
  ],
  'GET /products/{product}/standards': ['products', 'standards', 'list', 'lumen'],
  'POST /products/{product}/standards': [
    ...['products', 'standards', 'add', 'lumen', 'one', '--file', '@facts.json'],
  ],
  'GET /products/{product}/standards/{standard}': ['products', 'standards', 'show', 'lumen', 'one'],
  'POST /products/{product}/standards/{standard}': [
    ...['products', 'standards', 'set', 'lumen', 'one', '--file', '@facts.json'],
  ],
  'DELETE /products/{product}/standards/{standard}': [
    'products',
    'standards',
    'remove',
    'lumen',
    'one',
  ],
  'GET /products/{product}/standards/{standard}/revisions': [
    'products',
    'standards',
    'history',
    'lumen',
    'one',
  ],
  'GET /products/{product}/data-uses': ['products', 'data-inventory', 'list', 'lumen'],
  'POST /products/{product}/data-uses': [
    ...['products', 'data-inventory', 'add', 'lumen', 'one', '--file', '@facts.json'],
  ],
  'GET /products/{product}/data-uses/{dataUse}': [
    'products',
    'data-inventory',
    'show',
    'lumen',
    'one',
  ],
  'POST /products/{product}/data-uses/{dataUse}': [
    ...['products', 'data-inventory', 'set', 'lumen', 'one', '--file', '@facts.json'],
  ],
  'DELETE /products/{product}/data-uses/{dataUse}': [
    'products',
    'data-inventory',
    'remove',
    'lumen',
    'one',
  ],
  'GET /products/{product}/data-uses/{dataUse}/revisions': [
    'products',
    'data-inventory',
    'history',
    'lumen',
    'one',
  ],
  'GET /products/{product}/upstream-reports': ['products', 'upstream-reports', 'list', 'lumen'],
  'POST /products/{product}/upstream-reports': [
    ...['products', 'upstream-reports', 'add', 'lumen', 'one', '--file', '@facts.json'],
  ],
  'GET /products/{product}/upstream-reports/{upstreamReport}': [
    'products',
    'upstream-reports',
    'show',
    'lumen',
    'one',
  ],
  'POST /products/{product}/upstream-reports/{upstreamReport}': [
    ...['products', 'upstream-reports', 'set', 'lumen', 'one', '--file', '@facts.json'],
  ],
  'DELETE /products/{product}/upstream-reports/{upstreamReport}': [
    'products',
    'upstream-reports',
    'remove',
    'lumen',
    'one',
  ],
  'GET /products/{product}/upstream-reports/{upstreamReport}/revisions': [
    'products',
    'upstream-reports',
    'history',
    'lumen',
    'one',
  ],
  'GET /products/{product}/data-inventory': ['products', 'data-inventory', 'overview', 'lumen'],
  'GET /products/{product}/information': ['products', 'information', 'show', 'lumen'],
  'POST /products/{product}/information': ['products', 'information', 'publish', 'lumen'],
  'GET /products/{product}/components': ['products', 'components', 'list', 'lumen'],
  'GET /products/{product}/component-status': ['products', 'components', 'status', 'lumen'],
  'GET /products/{product}/component-reviews': [
    ...['products', 'components', 'history', 'lumen', 'left-pad'],
  ],
  'POST /products/{product}/component-reviews': [
    ...['products', 'components', 'review', 'lumen', '--supplier', 'x', '--file', '@facts.json'],
  ],
  'GET /products/{product}/risks': ['risks', 'list', ...ON],
  'POST /products/{product}/risks': ['risks', 'add', 'rollback', '--file', '@facts.json', ...ON],
  'GET /products/{product}/risks/{risk}': ['risks', 'show', 'rollback', ...ON],
  'PATCH /products/{product}/risks/{risk}': [
    'risks',
    'change',
    'rollback',
    '--impact',
    'low',
    ...ON,
  ],
  'DELETE /products/{product}/risks/{risk}': ['risks', 'remove', 'rollback', ...ON],
  'GET /products/{product}/risk-assessments': ['risks', 'history', ...ON],
  'POST /products/{product}/risk-assessments': [
    ...['risks', 'review', '--reviewer', 'A. Licht', '--next', '2027-11-21', ...ON],
  ],
  'GET /products/{product}/risk-assessments/{version}': [
    'risks',
    'history',
    '--version',
    '1',
    ...ON,
  ],
  'GET /products/{product}/risk-status': ['risks', 'status', ...ON],
  'GET /feeds': ['feeds', 'list'],
  'GET /feed-sources': ['feeds', 'list'],
  'POST /feed-sources': [
    ...['feeds', 'source', 'set', 'kev', '--kind', 'kev', '--from', 'https://example.org/kev.json'],
  ],
  'DELETE /feed-sources/{feed}': ['feeds', 'source', 'remove', 'kev'],
  'PUT /feeds/{feed}': ['feeds', 'import', '@facts.json', '--kind', 'kev'],
  'GET /products/{product}/findings': ['findings', 'list', ...ON],
  'GET /products/{product}/findings/{finding}': ['findings', 'show', EVENT, ...ON],
  'GET /products/{product}/findings/{finding}/paths': [
    'findings',
    'why',
    EVENT,
    '--release',
    '1.4.2',
    ...ON,
  ],
  'POST /products/{product}/findings/{finding}/decide': [
    ...['findings', 'decide', EVENT, '--status', 'under_investigation', ...ON],
  ],
  'GET /products/{product}/findings/{finding}/exposure': ['exposure', EVENT, ...ON],
  'GET /vulnerabilities/{name}/exposure': ['exposure', 'CVE-2021-21315'],
  'GET /products/{product}/vex': ['vex', 'export', ...ON],
  'PUT /products/{product}/vex': ['vex', 'import', '@facts.json', ...ON],
  'GET /products/{product}/releases/{version}/gate': ['gate', 'history', '1.4.3', ...ON],
  'POST /products/{product}/releases/{version}/gate': ['gate', 'check', '1.4.3', ...ON],
  'GET /products/{product}/gate-policy': ['gate', 'policy', 'show', ...ON],
  'POST /products/{product}/gate-policy': [
    ...['gate', 'policy', 'set', '--mode', 'enforced', '--reason', 'feeds are set up', ...ON],
  ],
  'GET /products/{product}/gate-waivers': ['gate', 'waivers', ...ON],
  'POST /products/{product}/gate-waivers': [
    ...['gate', 'waive', '1.4.3', '--code', 'FEED_NOT_FRESH', '--about', 'osv'],
    ...['--reason', 'looked at by hand', '--until', '2026-12-24', ...ON],
  ],
  'POST /products/{product}/gate-waivers/{waiver}/end': ['gate', 'waive-end', ID, ...ON],
  'GET /products/{product}/evidence': ['evidence', 'list', ...ON],
  'PUT /products/{product}/evidence/files/{sha256}': [
    ...['evidence', 'add', '@report', '--kind', 'junit', '--for', '@code', ...ON],
  ],
  'GET /products/{product}/evidence/{evidence}/file': [
    ...['evidence', 'get', '17', '--out', '@+evidence', ...ON],
  ],
  'GET /products/{product}/releases/{version}/coverage': ['findings', 'coverage', '1.4.3', ...ON],
  'GET /products/{product}/releases': ['release', 'list', ...ON],
  'GET /products/{product}/releases/{version}': ['release', 'show', '--version', '1.4.3', ...ON],
  'GET /products/{product}/releases/{version}/difference': [
    ...['release', 'compare', '--version', '1.4.3', '--base', '1.4.2', ...ON],
  ],
  'GET /products/{product}/metadata': ['repository', 'status', ...ON],
  'GET /products/{product}/metadata/files/{file}': [
    ...['repository', 'get', '1.root.json', '--out', '@+root.json', ...ON],
  ],
  'DELETE /products/{product}/releases/{version}': [
    ...['release', 'delete', '--version', '1.4.3', ...ON],
  ],
  'POST /products/{product}/releases/{version}/withdraw': [
    ...['release', 'withdraw', '--version', '1.4.3', ...ON],
  ],
  'GET /products/{product}/rollouts': ['rollout', 'status', ...ON],
  'POST /products/{product}/rollouts': [
    ...['rollout', 'start', '--release', '1.4.3', '--cohort', 'field', '--share', '0.5', ...ON],
  ],
  'POST /products/{product}/rollouts/preview': [
    ...['rollout', 'start', '--release', '1.4.3', '--cohort', 'field', '--preview', ...ON],
  ],
  'GET /products/{product}/rollouts/{id}': ['rollout', 'status', 'r-1', ...ON],
  'PATCH /products/{product}/rollouts/{id}': ['rollout', 'widen', 'r-1', '--share', '1', ...ON],
  'POST /products/{product}/rollouts/{id}/start': ['rollout', 'begin', 'r-1', ...ON],
  'POST /products/{product}/rollouts/{id}/pause': ['rollout', 'pause', 'r-1', ...ON],
  'POST /products/{product}/rollouts/{id}/resume': ['rollout', 'resume', 'r-1', ...ON],
  'POST /products/{product}/rollouts/{id}/stop': ['rollout', 'stop', 'r-1', ...ON],
  'POST /products/{product}/rollouts/{id}/retry': ['rollout', 'retry', 'r-1', ...ON],
  'POST /products/{product}/rollouts/{id}/open-next-group': [
    ...['rollout', 'open-next-group', 'r-1', ...ON],
  ],
  'POST /products/{product}/rollouts/{id}/withdraw': ['rollout', 'withdraw', 'r-1', ...ON],
  'POST /products/{product}/rollouts/{id}/approve': ['rollout', 'approve', 'r-1', ...ON],
  'POST /products/{product}/rollouts/{id}/seen': ['rollout', 'seen', 'r-1', ...ON],
  'GET /products/{product}/rollouts/{id}/preview': ['rollout', 'preview', 'r-1', ...ON],
  'GET /products/{product}/rollouts/{id}/curve': ['rollout', 'curve', 'r-1', ...ON],
  'GET /products/{product}/rollouts/{id}/devices': ['rollout', 'devices', 'r-1', ...ON],
  'GET /products/{product}/rollouts/{id}/devices/{device}/explain': [
    ...['rollout', 'explain', 'r-1', '--device', 'lumen-0001', ...ON],
  ],
  'POST /products/{product}/rollouts/{id}/deadline': [
    ...['rollout', 'deadline', 'r-1', '--to', '2026-11-22T12:00:00Z', ...ON],
  ],
  'GET /products/{product}/entitlements/{entitlement}': ['entitlements', 'list', 'plus', ...ON],
  'POST /products/{product}/entitlements/{entitlement}': [
    ...['entitlements', 'set', 'plus', 'lumen-0001', ...ON],
  ],
  'GET /products/{product}/devices/{device}/entitlements': [
    ...['entitlements', 'show', 'lumen-0001', ...ON],
  ],
  'POST /products/{product}/releases/{version}/entitlement': [
    ...['entitlements', 'release', '1.5.0', 'plus', ...ON],
  ],
  'GET /products/{product}/deadlines': ['rollout', 'deadlines', ...ON],
  'POST /products/{product}/deadlines': ['rollout', 'deadlines', '--exploited', '12h', ...ON],
  'GET /products/{product}/approval': ['rollout', 'approval', ...ON],
  'POST /products/{product}/approval': ['rollout', 'approval', '--count', '2', ...ON],
  'GET /products/{product}/devices': ['devices', 'list', ...ON],
  'GET /products/{product}/devices/{device}': ['devices', 'show', 'lumen-0001', ...ON],
  'PATCH /products/{product}/devices/{device}': ['devices', 'assign', 'pilot', 'lumen-0001', ...ON],
  'GET /products/{product}/device-count': ['devices', 'count', ...ON],
  'POST /products/{product}/devices/{device}/quarantine': [
    ...['devices', 'quarantine', 'lumen-0001', '--reason', 'opened', ...ON],
  ],
  'POST /products/{product}/devices/{device}/release': ['devices', 'release', 'lumen-0001', ...ON],
  'POST /products/{product}/devices/{device}/dismiss-suspicion': [
    ...['devices', 'dismiss', 'lumen-0001', ...ON],
  ],
  'POST /products/{product}/devices/{device}/decommission': [
    ...['devices', 'decommission', 'lumen-0001', '--yes', ...ON],
  ],
  'POST /products/{product}/devices/{device}/revoke': ['devices', 'revoke', 'lumen-0001', ...ON],
  'GET /products/{product}/devices/{device}/reports': ['devices', 'reports', 'lumen-0001', ...ON],
  'GET /products/{product}/devices/{device}/commands': ['devices', 'commands', 'lumen-0001', ...ON],
  'POST /products/{product}/devices/{device}/commands': [
    ...['devices', 'send', 'lumen-0001', 'check-now', ...ON],
  ],
  'POST /products/{product}/device-changes': [
    ...['devices', 'release', '--filter', 'quarantined', '--dry-run', ...ON],
  ],
  'PUT /products/{product}/device-import': ['devices', 'import', '@devices.csv', ...ON],
  'GET /products/{product}/expected-devices': ['devices', 'expected', ...ON],
  'POST /products/{product}/expected-devices': ['devices', 'expect', 'lumen-0002', ...ON],
  'DELETE /products/{product}/expected-devices/{device}': [
    ...['devices', 'forget', 'lumen-0002', ...ON],
  ],
  'GET /products/{product}/cohorts': ['cohorts', 'list', ...ON],
  'POST /products/{product}/cohorts': ['cohorts', 'create', 'pilot', ...ON],
  'GET /products/{product}/cohorts/{cohort}': ['cohorts', 'show', 'pilot', ...ON],
  'PATCH /products/{product}/cohorts/{cohort}': ['cohorts', 'describe', 'pilot', 'first', ...ON],
  'DELETE /products/{product}/cohorts/{cohort}': ['cohorts', 'delete', 'pilot', ...ON],
  'GET /products/{product}/cohort-rules': ['cohorts', 'rules', ...ON],
  'POST /products/{product}/cohort-rules': ['cohorts', 'set-rules', '@rules.json', ...ON],
  'POST /products/{product}/cohort-rules/preview': ['cohorts', 'preview', ...ON],
  'GET /products/{product}/filters': ['filters', 'list', ...ON],
  'POST /products/{product}/filters': ['filters', 'save', 'old', 'version < 1.4.3', ...ON],
  'GET /products/{product}/filters/{filter}': ['filters', 'show', 'old', ...ON],
  'PATCH /products/{product}/filters/{filter}': ['filters', 'save', 'old', 'online', ...ON],
  'DELETE /products/{product}/filters/{filter}': ['filters', 'delete', 'old', ...ON],
  'GET /audit': ['audit', 'list'],
  'GET /audit/head': ['audit', 'head'],
  'GET /audit/verification': ['audit', 'check'],
  'GET /audit/export': ['audit', 'export', '--out', '@+audit.jsonl'],
  'GET /events': ['events', 'follow', '--count', '1'],
  'GET /products/{product}/events': ['events', 'follow', '--count', '1', ...ON],
  ...webhooks('/webhooks', []),
  ...webhooks('/products/{product}/webhooks', ON),
  'GET /cases': ['cases', 'list'],
  'POST /cases': ['cases', 'open', '--kind', 'incident', '--title', 'Forged updates', ...ON],
  'GET /cases/{id}': ['cases', 'show', ID],
  'POST /cases/{id}/events': ['cases', 'note', ID, 'Asked the supplier'],
  'GET /cases/{id}/sheet': ['cases', 'sheet', ID, 'early-warning'],
  'GET /mails': ['mails', 'list', '--state', 'waiting'],
  'GET /mails/status': ['mails', 'status'],
  'POST /mails/test': ['mails', 'test', '--to', 'ada@example.com'],
  'GET /me/mail-topics': ['mails', 'topics'],
  'POST /me/mail-topics': ['mails', 'topics', '--off', 'support-ending'],
  'GET /subscriptions': ['subscriptions', 'list', ...ON],
  'DELETE /subscriptions/{id}': ['subscriptions', 'remove', ID],
  'GET /case-suggestions': ['cases', 'suggestions', 'list'],
  'GET /case-suggestions/{id}': ['cases', 'suggestions', 'show', ID],
  'POST /case-suggestions/{id}/take-up': [
    ...['cases', 'suggestions', 'take-up', ID, '--title', 'Forged updates'],
  ],
  'POST /case-suggestions/{id}/dismiss': [
    ...['cases', 'suggestions', 'dismiss', ID, '--reason', 'A proxy'],
  ],
  'GET /products/{product}/advisories': ['advisories', 'list', ...ON],
  'POST /products/{product}/advisories': ['advisories', 'draft', '--finding', ID, ...ON],
  'GET /products/{product}/advisories/{advisory}': ['advisories', 'show', ADVISORY, ...ON],
  'PATCH /products/{product}/advisories/{advisory}': [
    ...['advisories', 'edit', ADVISORY, '--title', 'Injection', ...ON],
  ],
  'DELETE /products/{product}/advisories/{advisory}': ['advisories', 'drop', ADVISORY, ...ON],
  'POST /products/{product}/advisories/{advisory}/hold': [
    ...['advisories', 'hold', ADVISORY, '--reason', 'x', '--until', '2026-11-27', ...ON],
  ],
  'POST /products/{product}/advisories/{advisory}/publish': [
    ...['advisories', 'publish', ADVISORY, '--when-fixed', ...ON],
  ],
  'POST /products/{product}/advisories/{advisory}/withdraw': [
    ...['advisories', 'withdraw', ADVISORY, '--reason', 'x', ...ON],
  ],
  'GET /products/{product}/advisories/{advisory}/document': [
    ...['advisories', 'show', ADVISORY, '--csaf', ...ON],
  ],
  'GET /products/{product}/advisories/{advisory}/validation': [
    ...['advisories', 'validate', ADVISORY, ...ON],
  ],
  'POST /products/{product}/vex/publish': ['advisories', 'publish-vex', ...ON],
  'GET /advisories/tree': ['advisories', 'export', '@+site'],
  'GET /disclosure/settings': ['disclosure', 'contact'],
  'PATCH /disclosure/settings': ['disclosure', 'contact', '--contact', 'security@example.com'],
  'GET /disclosure/reports': ['disclosure', 'inbox'],
  'GET /disclosure/reports/{id}': ['disclosure', 'show', ID],
  'PATCH /disclosure/reports/{id}': ['disclosure', 'assign', ID, '--no-embargo'],
  'DELETE /disclosure/reports/{id}': ['disclosure', 'remove', ID],
  'POST /disclosure/reports/{id}/state': ['disclosure', 'move', ID, 'acknowledged'],
  'POST /disclosure/reports/{id}/messages': ['disclosure', 'answer', ID, 'Thank you.'],
  'GET /retention': ['retention'],
  'GET /break-glass': ['break-glass', 'status'],
  'POST /break-glass': ['break-glass', 'use', '--code-file', '@code', '--out', '@+opened'],
  'GET /break-glass/alarms': ['break-glass', 'alarms'],
  'POST /break-glass/uses/{id}/acknowledgement': ['break-glass', 'acknowledge', ID],
  'GET /accounts': ['accounts', 'list'],
  'POST /accounts': ['accounts', 'add-service', 'CI', '--owner', ACCOUNT],
  'GET /accounts/{account}': ['accounts', 'show', ACCOUNT],
  'PATCH /accounts/{account}': ['accounts', 'disable', ACCOUNT],
  'DELETE /accounts/{account}': ['accounts', 'remove', ACCOUNT],
  'POST /accounts/{account}/grants': ['accounts', 'grant', ACCOUNT, 'viewer@lumen'],
  'DELETE /accounts/{account}/grants/{grant}': [
    ...['accounts', 'withdraw-grant', ACCOUNT, 'viewer@lumen'],
  ],
  'POST /accounts/{account}/way-in': ['accounts', 'way-in', ACCOUNT],
  'GET /me/tokens': ['tokens', 'list'],
  'POST /me/tokens': [
    ...['tokens', 'create', 'CI', '--scope', 'device.read', '--out', '@+token-1', ...ON],
  ],
  'DELETE /me/tokens/{token}': ['tokens', 'remove', ID],
  'GET /accounts/{account}/tokens': ['tokens', 'list', '--account', ACCOUNT],
  'POST /accounts/{account}/tokens': [
    ...['tokens', 'create', 'CI', '--scope', 'device.read', '--out', '@+token-2', ...ON],
    ...['--account', ACCOUNT],
  ],
  'DELETE /accounts/{account}/tokens/{token}': ['tokens', 'remove', ID, '--account', ACCOUNT],
  'GET /me': ['accounts', 'whoami'],
  'GET /me/sessions': ['sessions', 'list'],
  'DELETE /me/sessions': ['sessions', 'end-all'],
  'DELETE /me/sessions/{session}': ['sessions', 'end', ID],
  'GET /accounts/{account}/sessions': ['sessions', 'list', '--account', ACCOUNT],
  'DELETE /accounts/{account}/sessions': ['sessions', 'end-all', '--account', ACCOUNT],
  'DELETE /accounts/{account}/sessions/{session}': ['sessions', 'end', ID, '--account', ACCOUNT],
  'GET /keys': ['keys', 'server'],
  'POST /keys/{purpose}/rotate': ['keys', 'rotate', 'tls'],
  'POST /keys/fleet-ca/retire': ['keys', 'retire', 'fleet-ca'],
  'GET /products/{product}/keys': ['keys', 'server', ...ON],
  'POST /products/{product}/keys/{purpose}/rotate': ['keys', 'rotate', 'snapshot', ...ON],
}

function webhooks(path: string, on: readonly string[]): Record<string, readonly string[]> {
  const name = on.length === 0 ? 'all' : 'one'
  const url = 'https://hooks.example.com/'
  return {
    [`GET ${path}`]: ['webhooks', 'list', ...on],
    [`POST ${path}`]: [
      ...['webhooks', 'add', url, '--type', 'rollout.*', '--secret-out', `@+${name}-1`, ...on],
    ],
    [`GET ${path}/{id}`]: ['webhooks', 'show', ID, ...on],
    [`PATCH ${path}/{id}`]: ['webhooks', 'change', ID, '--disable', ...on],
    [`DELETE ${path}/{id}`]: ['webhooks', 'remove', ID, ...on],
    [`POST ${path}/{id}/secret`]: [
      ...['webhooks', 'rotate-secret', ID, '--secret-out', `@+${name}-2`, ...on],
    ],
    [`POST ${path}/{id}/test`]: ['webhooks', 'test', ID, ...on],
    [`GET ${path}/{id}/deliveries`]: ['webhooks', 'deliveries', ID, ...on],
    [`POST ${path}/{id}/deliveries/{event}/redelivery`]: [
      ...['webhooks', 'redeliver', ID, EVENT, ...on],
    ],
  }
}

const FILES: Readonly<Record<string, string>> = {
  token: 'token\n',
  code: 'fwb_0123456789abcdef_abcdefghijklmnop\n',
  'devices.csv': 'id\nlumen-0001\n',
  report: '<testsuite/>',
  'rules.json': '{"rules":[]}',
  'facts.json': '{"name":"Lumen"}',
}

interface Documented {
  readonly name: string
  readonly method: string
  readonly pattern: RegExp
  readonly status: number
  /** Undefined: it answers no JSON. */
  readonly answer: DocumentSchema | undefined
}

const ended = endings()
let folder: string
let documented: readonly Documented[]
let schemas: DocumentSchemas
/** Operations that were asked for by the command that runs. */
let asked: string[] = []
let url: string

before(async () => {
  const server = await TestServer.start(ended, {}, { startEdge })
  const { body } = await server.call('GET', '/openapi.json')
  schemas = body.components.schemas
  documented = Object.entries(body.paths as Record<string, object>)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => documentedAs(method, path, operation)),
    )
    // Words before names: the first that fits is the one meant.
    .toSorted((one, other) => Number(one.name.includes('{')) - Number(other.name.includes('{')))
  folder = await mkdtemp(join(tmpdir(), 'fleetward-commands-'))
  ended.after(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(FILES)) {
    await writeFile(join(folder, name), text, { mode: 0o600 })
  }
  const listening = createServer((request, response) => {
    const { status, body: text } = answerTo(request)
    request.resume()
    request.on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json', etag: '"1"' })
      response.end(text)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  ended.after(() => {
    listening.closeAllConnections()
    listening.close()
  })
  url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
})
after(() => ended.endAll())

test('every operation has a command, and every command here an operation', () => {
  const covered = [...PAGES, ...FROM_A_DESK, ...Object.keys(COMMANDS)]
  assert.deepEqual(documented.map(({ name }) => name).toSorted(), covered.toSorted())
})

test('each command asks for its operation', async () => {
  const missing: string[] = []
  for (const [operation, words] of Object.entries(COMMANDS)) {
    asked = []
    const output = await run(words)
    if (!asked.includes(operation)) {
      missing.push(`${operation}: ${words.join(' ')}: ${asked.join(', ')} ${output.slice(0, 300)}`)
    }
  }
  assert.deepEqual(missing, [])
})

async function run(words: readonly string[]): Promise<string> {
  const given = words.map((word) =>
    word.startsWith('@') ? join(folder, word.replace(/^@\+?/, '')) : word,
  )
  const token = words[1] === 'use' ? [] : ['--token-file', join(folder, 'token')]
  const where = ['--desk', join(folder, 'desk'), '--server', url, ...token]
  const now = () => new Date(Date.UTC(2026, 10, 21))
  return (await runHere(['--json', ...given, ...where], { now })).out
}

/** A saved filter is there from the second time on; streams are none. */
function answerTo({ method, url: address = '' }: IncomingMessage) {
  const path = address.split('?')[0] ?? ''
  const found = documented.find((one) => one.method === method && one.pattern.test(path))
  if (found === undefined) return { status: 404, body: problem(404, 'NOT_FOUND') }
  asked.push(found.name)
  const { name, status, answer } = found
  if (name.endsWith('/filters') && method === 'POST' && filtersMade++ > 0) {
    return { status: 409, body: problem(409, 'FILTER_EXISTS') }
  }
  if (status === 204) return { status, body: '' }
  if (answer === undefined) return { status: 404, body: problem(404, 'NOT_FOUND') }
  return { status, body: JSON.stringify(exampleOf(answer, schemas)) }
}
let filtersMade = 0

function problem(status: number, code: string): string {
  return JSON.stringify({ type: 'about:blank', status, title: code, code })
}

// biome-ignore lint/suspicious/noExplicitAny: the document is JSON
function documentedAs(method: string, path: string, { responses }: any): Documented {
  const status = Number(Object.keys(responses).find((code) => /^2\d\d$/.test(code)))
  const words = path.replace(/\{\w+\}/g, '[^/]+')
  return {
    ...{ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), status },
    pattern: new RegExp(`^/api/1${words}$`),
    answer: responses[status]?.content?.['application/json']?.schema,
  }
}
