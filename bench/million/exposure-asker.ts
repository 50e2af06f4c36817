/** Asks a database for the exposure of its devices, again and again; writes what that took. */
import { readFileSync } from 'node:fs'
import { connectDatabase } from '../../packages/server/src/adapters/sql/database.ts'
import { sqlStores } from '../../packages/server/src/adapters/sql/sql-stores.ts'
import { exposureOf, findingsOf } from '../../packages/server/src/exposure/exposure-of.ts'
import { NOW, PRODUCT } from './devices.ts'

const RUNS = 9
const CVE = 'CVE-2021-21315'

const database = connectDatabase(JSON.parse(process.argv[2] ?? '{}'))
const stores = sqlStores(database)
const tookMs: number[] = []
const cpuMs: number[] = []
let counts: object = {}
for (let run = 0; run <= RUNS; run += 1) {
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  const findings = await findingsOf(stores, PRODUCT, CVE)
  const found = await exposureOf(stores, { product: PRODUCT, findings, now: NOW })
  const cpu = process.cpuUsage(startCpu)
  // The first one warms up.
  if (run > 0) {
    tookMs.push(performance.now() - startMs)
    cpuMs.push((cpu.user + cpu.system) / 1000)
  }
  const { total, exposedDeviceDays, half, forecast, notKnown } = found
  counts = { total, ...found.counts, exposedDeviceDays, half, forecast, notKnown }
}
await database.destroy()
// What getrusage says would begin with the process that started this one.
const status = readFileSync('/proc/self/status', 'utf8')
const peakMemoryMiB = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
process.stdout.write(JSON.stringify({ tookMs, cpuMs, peakMemoryMiB, counts }))
