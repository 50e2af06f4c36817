/** What the server has of a device's reports, held against what a chain owes (protocol §7). */
import assert from 'node:assert/strict'
import type { Fleet } from './fleet.ts'
import type { FleetDevice } from './fleet-device.ts'
import { until } from './until.ts'

/** Waits for the device's last report, then asserts that none is missing, doubled or out of place. */
export async function reportChain(
  fleet: Fleet,
  device: FleetDevice,
): Promise<{ states: string[]; codes: string[] }> {
  await until(
    async () => (await device.status()).reportsWaiting === 0,
    () => `${device.id} has delivered everything\n${device.account()}`,
  )
  const reports = await fleet.reports(device)
  const [first] = reports
  assert.deepEqual(
    reports.map(({ seq }) => seq),
    reports.map((_, index) => index + 1),
    `the reports are numbered without gaps from ${first?.seq}`,
  )
  for (const { seq, prevFits, missingBefore } of reports) {
    assert.deepEqual({ seq, prevFits, missingBefore }, { seq, prevFits: true, missingBefore: 0 })
  }
  const { reports: counts } = await fleet.untilSeen(device, {})
  assert.deepEqual(counts, { last: reports.length, missing: 0, unchained: 0, refused: 0 })
  const told = reports.filter(({ state }, index) => state !== reports[index - 1]?.state)
  return {
    states: told.map(({ state }) => state),
    codes: [...new Set(reports.flatMap(({ code }) => code ?? []))],
  }
}
