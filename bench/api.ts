/**
 * Requests a second of the operator API: one device, read from the database for a caller whose token and rights are
 * checked, beside `node:http` that answers as many bytes without looking at anything.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enrolDevice } from './enrolled-device.ts'
import { type Figure, median } from './figure.ts'
import { Server } from './support/installed-server.ts'
import { costOf, end, said, startProgram } from './support/programs.ts'

const RUNS = 5
const SECONDS = 3
/** So that what is measured is not where the limits of a caller are. */
const REQUESTS_PER_MINUTE = 100_000_000

export async function apiBench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-api-'))
  const limit = { perAddress: REQUESTS_PER_MINUTE, perAccount: REQUESTS_PER_MINUTE }
  const server = await Server.start(folder, { requestLimits: limit })
  const load = startProgram('api-load.ts')
  const echo = startProgram('api-echo.ts')
  try {
    const { id: product, serverCa: ca } = await server.publishProduct()
    const token = await server.enrolmentToken('homes')
    const enrolAt = `https://127.0.0.1:${server.ports.public}`
    await enrolDevice({ ca, enrolAt }, { product, device: 'device-1' }, token)
    const path = `/api/1/products/${product}/devices/device-1`
    const ours = `http://127.0.0.1:${server.ports.operator}${path}`

    const measure = async (url: string) => {
      const over = said(load, 'loaded')
      load.send({ url, token: server.token, seconds: SECONDS })
      return over
    }
    const { answerBytes } = await measure(ours)
    const echoing = said(echo, 'echoing')
    echo.send({ bytes: answerBytes })
    const bare = `http://127.0.0.1:${(await echoing).port}${path}`
    await measure(bare)
    const perSecond = { ours: [] as number[], bare: [] as number[] }
    for (let run = 0; run < RUNS; run += 1) {
      perSecond.ours.push((await measure(ours)).perSecond)
      perSecond.bare.push((await measure(bare)).perSecond)
    }
    const cost = costOf(server.process.pid)
    return [
      {
        what: `requests a second: one device by the operator API, ${answerBytes} bytes, 20 connections, asker on the same two cores`,
        median: median(perSecond.ours),
        unit: 'per s',
        runs: RUNS,
        peer: { name: 'node:http, the same bytes', median: median(perSecond.bare) },
        ratioAtLeast: 0.6,
        ...(cost === undefined ? {} : { peakMemoryMiB: cost.peakMemoryMiB }),
      },
    ]
  } finally {
    await end(echo)
    await end(load)
    await end(server.process)
    await rm(folder, { recursive: true, force: true })
  }
}
