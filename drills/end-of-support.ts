/**
 * End of support: owners learn of it twelve, six and one months before, and when it is there, on the product's page, by
 * mail and on the device. Art. 13(19), CRA P-022
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { promisify } from 'node:util'
import { endOfSupport, SUPPORT_NOTICE_MONTHS } from '@fleetward/shared'
import { describeProduct } from '../firmware-samples/manufacturer/describe-product.ts'
import { SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { AGENT, type FleetDevice } from '../test/end-to-end/support/fleet-device.ts'
import { makeProduct } from './manufacturer.ts'
import { OFFICER } from './officer.ts'
import { DAY_MS, type Stage } from './stage.ts'

const READER = 'reader@example.com'
const INFORMATION = `/products/${SAMPLE_PRODUCT}/information`
const MARK = /<p [^>]*role="note"><strong>([^<]+)<\/strong>/

export async function endOfSupportDrill(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  const library = faketimeLibrary()
  const ends = monthAfter(stage.now(), 12)
  stage.tell(
    `A product in its last years: support ends with ${ends}, and its devices are signed to say so.`,
  )
  await makeProduct(stage, { factorySettings: { supportEndsOn: ends } })
  await describeProduct(stage, {
    supported: {
      ...{ starts: dayBefore(stage.now(), 5 * 365), ends, expectedUseMonths: 60 },
      reasoning: 'Gateways of this kind are used for five years.',
    },
  })
  await stage.run('products', 'information', 'publish', SAMPLE_PRODUCT)
  const device = await stage.device('G1-0001', 'homes')
  await stage.untilAllRun('1.4.2')
  await device.stop()
  stage.tell(`Somebody without a gateway at hand asks for mails: ${READER}.`)
  await stage.subscribe(READER)

  const told: Told[] = []
  for (const monthsBefore of SUPPORT_NOTICE_MONTHS) {
    const then = endOfSupport(ends, monthsBefore) * 1000 + DAY_MS
    await stage.pass(then - stage.now().getTime())
    stage.tell(monthsBefore === 0 ? 'Support has ended.' : `${monthsBefore} months before the end.`)
    await stage.run(
      ...['events', 'follow', '--type', 'product.support-ending', '--from-start'],
      ...['--count', String(told.length + 1)],
    )
    const page = MARK.exec((await stage.stranger().get(INFORMATION)).text)?.[1] ?? 'nothing'
    const [mail = 'nothing'] = (await stage.mailed(READER)).slice(told.length + 1)
    const house = (await stage.mailed(OFFICER)).at(-1) ?? 'nothing'
    const onDevice = await statusAt(device, stage.server.aheadMs, library)
    stage.show(`page    ${page}\nmail    ${mail}\nhouse   ${house}\ndevice  ${onDevice.said}`)
    assert.equal(onDevice.supportNotice, monthsBefore)
    assert.equal(onDevice.supportEnded, monthsBefore === 0)
    for (const said of [page, mail, house]) assert.notEqual(said, 'nothing')
    told.push({ monthsBefore, page, mail, house, device: onDevice.said })
  }
  assert.equal(new Set(told.map(({ page }) => page)).size, SUPPORT_NOTICE_MONTHS.length)
  assert.equal(new Set(told.map(({ mail }) => mail)).size, SUPPORT_NOTICE_MONTHS.length)
  assert.equal((await stage.mailed(READER)).length, 1 + SUPPORT_NOTICE_MONTHS.length)
  return { told }
}

interface Told {
  readonly monthsBefore: number
  readonly page: string
  readonly mail: string
  readonly house: string
  readonly device: string
}

interface AgentStatus {
  readonly said: string
  readonly supportNotice: number | undefined
  readonly supportEnded: boolean
}

/** What the agent says of itself while it runs at that time. */
async function statusAt(
  device: FleetDevice,
  aheadMs: number,
  library: string,
): Promise<AgentStatus> {
  const ahead = Math.round(aheadMs / 1000)
  // Waiting is done by the other clock, which nobody moves.
  const clock = [`LD_PRELOAD=${library}`, `FAKETIME=+${ahead}`, 'DONT_FAKE_MONOTONIC=1']
  device.wrapper = ['env', ...clock]
  const since = device.events.length
  device.start()
  try {
    await device.untilEvent({ event: 'local-api' }, since)
    const status = await device.cli<Omit<AgentStatus, 'said'>>('status')
    const { stdout } = await promisify(execFile)(AGENT, [
      'status',
      '--settings',
      device.settingsFile,
    ])
    const said = stdout.split('\n').find((line) => line.includes('support')) ?? ''
    return { ...status, said: said.trim() }
  } finally {
    await device.stop()
  }
}

/** libfaketime, as Debian puts it. */
function faketimeLibrary(): string {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1')
  if (library !== undefined) return library
  throw new Error('This drill asks a device at other times: apt-get install faketime')
}

/** `2027-12` */
function monthAfter(now: Date, months: number): string {
  const then = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1))
  return then.toISOString().slice(0, 7)
}

function dayBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10)
}
