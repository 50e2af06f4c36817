/**
 * Friday night: 1.4.2 passed its gate and is in the field; then KEV names a component of it. From there to patched devices,
 * a public advisory and the evidence.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describeProduct } from '../firmware-samples/manufacturer/describe-product.ts'
import { CVE, takeFeeds } from '../firmware-samples/manufacturer/feeds.ts'
import { SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { makeProduct, publish, signRelease } from './manufacturer.ts'
import { OFFICER } from './officer.ts'
import { DAY_MS, HOUR_MS, OF, type Stage } from './stage.ts'

const READER = 'reader@example.com'
const PLAN = {
  groups: [
    {
      ...{ name: 'first', members: { count: 1 }, success: { share: 1, soakSeconds: 5 } },
      error: { share: 1, minimum: 1 },
    },
    { name: 'rest', members: { rest: true }, error: { share: 0.5, minimum: 1 } },
  ],
}

export async function fridayNight(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  const times: Record<string, number> = {}

  stage.tell(
    'Thursday. The feeds of the day know nothing about 1.4.2: it passes its gate and ships.',
  )
  await makeProduct(stage)
  await describeProduct(stage)
  await takeFeeds(stage, 'nothing')
  await signRelease(stage, '1.4.2')
  const published = await publish(stage, '1.4.2')
  assert.equal(published.exitCode, 0, published.text)
  await stage.server.keepBooks()
  await stage.run('gate', 'check', '1.4.2', ...OF)
  for (const id of ['G1-0001', 'G1-0002', 'G1-0003']) await stage.device(id, 'homes')
  await stage.untilAllRun('1.4.2')

  stage.tell(`An owner asks for mails: ${READER}.`)
  await stage.subscribe(READER)

  stage.tell(`Friday night. KEV names ${CVE}: systeminformation, which 1.4.2 is built with.`)
  const knownAt = stage.nowSeconds()
  await takeFeeds(stage, 'exploited')
  await stage.server.keepBooks()
  const { findings } = await stage.run('findings', 'list', '--exploited', ...OF)
  assert.equal(findings.length, 1)
  const [finding] = findings
  assert.equal(finding.vulnerability, CVE)
  times.knownToFoundSeconds = stage.nowSeconds() - knownAt

  stage.tell('The gate of 1.4.2 is closed now.')
  const closed = await stage.ask('gate', 'check', '1.4.2', ...OF)
  assert.equal(closed.exitCode, 1)

  stage.tell('Where is it? Components, releases, devices.')
  const exposed = await stage.run('exposure', CVE, ...OF)
  times.knownToExposureSeconds = stage.nowSeconds() - knownAt
  assert.deepEqual([exposed.total, exposed.exposed], [3, 3])

  stage.tell(
    'The server suggests a case, and a person takes it up: the clocks run from when they knew.',
  )
  const { suggestions } = await stage.run('cases', 'suggestions', 'list', '--state', 'open')
  const opened = await stage.run('cases', 'suggestions', 'take-up', suggestions[0].id)
  await stage.run('cases', 'exploited', opened.id, '--evidence', 'Listed in KEV')
  const aware = new Date(knownAt * 1000).toISOString()
  await stage.run(
    'cases',
    'aware',
    opened.id,
    '--since',
    aware,
    '--evidence',
    'The feed of that night',
  )
  await stage.run('cases', 'sheet', opened.id, 'early-warning')
  await fill(stage, opened.id)
  await submit(stage, opened.id, 'early-warning')
  times.awareToEarlyWarningSeconds = stage.nowSeconds() - knownAt
  assert.ok(times.awareToEarlyWarningSeconds < 24 * 3600)

  stage.tell(
    '1.4.3 mends it and changes nothing else. Signed offline, through the gate, published.',
  )
  await signRelease(stage, '1.4.3')
  const fix = await publish(stage, '1.4.3')
  assert.equal(fix.exitCode, 0, fix.text)
  await stage.server.keepBooks()
  await stage.run('gate', 'check', '1.4.3', ...OF)
  const fixAt = stage.nowSeconds()

  stage.tell('It goes out in two groups: one device first, the rest once that has proved itself.')
  await writeFile(stage.at('plan.json'), JSON.stringify(PLAN))
  const rollout = await stage.run(
    ...['rollout', 'start', ...OF, '--release', '1.4.3', '--cohort', 'homes'],
    ...['--plan', stage.at('plan.json'), '--severity', 'critical'],
    ...['--summary', 'Closes a hole through which others could run commands'],
  )
  await stage.untilAllRun('1.4.3')
  await stage.run('rollout', 'status', ...OF, rollout.id)
  times.fixToAllProtectedSeconds = stage.nowSeconds() - fixAt
  const now = await stage.run('exposure', CVE, ...OF)
  assert.deepEqual([now.total, now.exposed], [3, 0])

  stage.tell(
    'The notification within 72 hours; the measure is available; the final report within 14 days.',
  )
  await stage.run(
    ...['cases', 'measure', opened.id, 'Version 1.4.3 is offered to all devices'],
    ...['--available', new Date(fixAt * 1000).toISOString()],
  )
  stage.tell(
    'Sixty hours later nobody has sent the notification: a reminder goes out, then the report.',
  )
  await stage.pass(61 * HOUR_MS)
  await stage.run(
    'events',
    'follow',
    '--type',
    'case.deadline-near',
    '--from-start',
    '--count',
    '1',
  )
  await submit(stage, opened.id, 'notification')
  await stage.run(
    ...['findings', 'decide', finding.id, ...OF, '--status', 'fixed', '--in-version', '1.4.3'],
  )
  await stage.pass(DAY_MS)
  await submit(stage, opened.id, 'final-report')
  times.measureToFinalReportSeconds = stage.nowSeconds() - fixAt
  assert.ok(times.measureToFinalReportSeconds < 14 * 86_400)
  stage.tell('Everybody reads it: an advisory for people and for machines, and the VEX beside it.')
  const draft = await stage.run('advisories', 'draft', ...OF, '--finding', finding.id)
  await stage.run(
    ...['advisories', 'edit', draft.id, ...OF, '--title', 'Command injection in Lumen Gateway G1'],
    ...['--summary', 'Whoever reaches the local API can run commands on the gateway.'],
    ...['--action', 'Install 1.4.3. Gateways that update by themselves have it.'],
  )
  await stage.run('advisories', 'publish', draft.id, ...OF)
  await stage.run('advisories', 'publish-vex', ...OF)
  await stage.run('advisories', 'export', stage.at('site'))
  const [, ...news] = await stage.mailed(READER)
  const house = await stage.mailed(OFFICER)
  stage.show(
    [
      ...news.map((one) => `to ${READER}: ${one}`),
      ...house.map((one) => `to ${OFFICER}: ${one}`),
    ].join('\n'),
  )
  assert.equal(news.length, 2, 'the update and the advisory')
  assert.ok(house.length >= 2, 'what is exploited, and the deadline that was near')

  stage.tell(
    'And it is shown: the technical documentation, signed, verified by somebody without the server.',
  )
  const keys = await stage.run('audit', 'head')
  await writeFile(stage.at('server-keys.json'), JSON.stringify(keys))
  const dossier = stage.at('dossier.zip')
  const built = await stage.ask('dossier', 'build', SAMPLE_PRODUCT, '--out', dossier)
  assert.notEqual(built.json, undefined, built.text)
  await stage.run('dossier', 'verify', dossier, '--key', stage.at('server-keys.json'))
  return times
}

/** What no data of the house says. */
async function fill(stage: Stage, id: string): Promise<void> {
  const summary = 'A component runs commands of whoever calls its API with a crafted parameter.'
  await stage.run('cases', 'fill', id, '--set', `summary=${summary}`)
}

async function submit(stage: Stage, id: string, step: string): Promise<void> {
  const time = new Date(stage.nowSeconds() * 1000).toISOString()
  await stage.run('cases', 'submit', id, step, '--reference', 'SRP-DRILL-1', '--time', time)
}
