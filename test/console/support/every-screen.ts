/** A server on which every screen of the console has something to show, and the addresses of all of them. */
import assert from 'node:assert/strict'
import { AdvisorySite } from '../../../packages/server/test/support/advisory-site.ts'
import { aware, exploited, VULNERABILITY } from '../../../packages/server/test/support/case-desk.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { signedIn } from '../../../packages/server/test/support/people.ts'
import { ReportingFleet } from '../../../packages/server/test/support/reporting-fleet.ts'
import type { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { aRisk, wholeFacts } from '../../../packages/server/test/support/whole-facts.ts'
import type { Visitor } from './visit.ts'

const AT = `/products/${PRODUCT}`
const DEVICES = Array.from({ length: 12 }, (_, index) => `lumen-${1001 + index}`)
const SETTINGS = ['people', 'tokens', 'webhooks', 'feeds', 'keys', 'mail', 'server']
const PARTS = [
  ...['facts', 'risks', 'requirements', 'components', 'upstream', 'standards', 'data'],
  ...['information', 'evidence', 'rules', 'declaration', 'dossier'],
]

/** Who may look at all of it and do all of it. */
export const EVERYTHING: NonNullable<Visitor['grants']> = [
  { role: 'administrator', product: '*' },
  { role: 'securityOfficer', product: '*' },
  { role: 'releaseManager', product: '*' },
]

export interface EveryScreen {
  readonly server: TestServer
  /** Below `/console`. */
  readonly paths: readonly string[]
}

export async function everyScreen(t: { after(end: () => unknown): void }): Promise<EveryScreen> {
  const site = await AdvisorySite.open(t)
  const { server } = site
  const somebody = await signedIn(server, EVERYTHING)
  const made = async (path: string, body: object) => {
    const answer = await somebody.call('POST', path, body, { 'if-match': '*' })
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  await site.release('1.4.2')
  await site.release('1.4.3')
  const advisory = await site.written()
  const [finding] = (await server.of('GET', '/findings')).body
  const report = await site.report()
  const { id } = await made('/cases', VULNERABILITY)
  const hourAgo = Math.floor(server.clock.at.getTime() / 1000) - 3600
  for (const act of [exploited, aware(hourAgo)]) await made(`/cases/${id}/events`, act)
  await made(`${AT}/facts`, wholeFacts())
  await made(`${AT}/risks`, aRisk('firmware-rollback'))
  const fleet = new ReportingFleet(server)
  const cohort = { name: 'everyone', description: 'All devices' }
  assert.equal((await server.of('POST', '/cohorts', cohort)).status, 201)
  await fleet.add(DEVICES)
  const rollout = await server.of('POST', '/rollouts', { release: '1.4.3', cohort: 'everyone' })
  assert.equal(rollout.status, 201, JSON.stringify(rollout.body))
  await fleet.begins(DEVICES[0] ?? '', rollout.body.id)
  await fleet.fails(DEVICES[0] ?? '', rollout.body.id)
  return {
    server,
    paths: [
      ...['/', '/first-steps', '/cases', `/cases/${id}`, '/reports', `/reports/${report}`],
      ...['/audit', ...SETTINGS.map((part) => `/settings/${part}`)],
      ...[AT, ...PARTS.map((part) => `${AT}/about/${part}`), `${AT}/about/facts?edit=yes`],
      ...[`${AT}/fleet`, `${AT}/fleet/${DEVICES[0]}`, `${AT}/releases`, `${AT}/releases/1.4.3`],
      ...[`${AT}/rollouts`, `${AT}/rollouts/${rollout.body.id}`, `${AT}/new-rollout`],
      ...[`${AT}/vulnerabilities`, `${AT}/vulnerabilities/${finding.id}`],
      ...[`${AT}/advisories`, `${AT}/advisories/${advisory.id}`],
    ],
  }
}
