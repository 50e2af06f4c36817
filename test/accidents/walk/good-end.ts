/**
 * What has to hold for a device after any accident: it runs a complete, verified slot, is idle with the
 * right version and security counter, the server was told once and in order, and nothing is left over.
 */
import { type Report, tokenDigest } from '@fleetward/shared'
import type { Fault } from '../../support/simulated-machine/faults.ts'
import {
  FOLDERS,
  type SimulatedMachine,
} from '../../support/simulated-machine/simulated-machine.ts'
import { flawsOf } from '../../support/simulated-machine/simulated-product.ts'
import { type End, FACTORY_VERSION, type Scenario } from './scenarios.ts'

/** Codes an update may fail with because of a fault: any other end is a mistake of the agent's. */
const CODES_OF: Readonly<Partial<Record<Fault['what'], readonly string[]>>> = {
  // A try that cannot be counted is none: the permanent slot runs instead.
  EIO: ['DISK_FAILED', 'SLOT_WRITE_FAILED', 'NEW_SLOT_DID_NOT_STAY'],
  ENOSPC: ['DISK_FULL', 'SLOT_WRITE_FAILED', 'NEW_SLOT_DID_NOT_STAY'],
  full: ['DISK_FULL', 'SLOT_WRITE_FAILED', 'NEW_SLOT_DID_NOT_STAY'],
  // Of a boot choice that is lost the old slot is the one that surely works.
  damage: [
    ...['DISK_FAILED', 'SLOT_WRITE_FAILED', 'ARTIFACT_INVALID', 'DIGEST_MISMATCH'],
    'NEW_SLOT_DID_NOT_STAY',
  ],
}
const CODES_OF_WRONG_BYTES = ['DIGEST_MISMATCH', 'LENGTH_MISMATCH', 'CHUNK_LIST_INVALID']

export function flawsOfEnd(
  machine: SimulatedMachine,
  scenario: Scenario,
  faults: readonly Fault[],
): string[] {
  const { run, disk, server, product } = machine
  const flaws = [...machine.wrongs]
  if (run === undefined) return [...flaws, 'the agent does not run']
  const { record } = run
  const ends = [scenario.end, ...otherEnds(scenario, faults)]
  // Who forgets that a release failed tries it again, and says so again.
  const canForget = faults.some((fault) => fault.what === 'damage' && /record/.test(fault.file))
  const codes = codesOf(server.received.map(({ report }) => report))
  const end = ends.find(
    ({ version, securityCounter, code }) =>
      run.version === version &&
      record.securityCounter === securityCounter &&
      (canForget ? [...new Set(codes)] : codes).join() === (code ?? ''),
  )
  if (end === undefined) {
    const seen = `${run.version} with counter ${record.securityCounter} and codes [${codes}]`
    flaws.push(`ended on ${seen}`)
  }
  if (record.state.name !== 'idle') flaws.push(`state ${record.state.name}`)
  if (product.running !== run.version) flaws.push(`${product.running} runs, not ${run.version}`)
  const folder = `${FOLDERS.slots}/${run.slot}`
  flaws.push(...flawsOf(disk, { version: run.version, folder }, server.backend.plans))
  for (const name of ['boot.a', 'boot.b']) {
    const choice = disk.peek(`${FOLDERS.slots}/${name}`)?.toString().split('\n')[1]
    const expected = `{"permanent":"${run.slot}"}`
    if (choice !== undefined && !choice.startsWith(expected)) flaws.push(`${name}: ${choice}`)
  }
  if (run.version !== FACTORY_VERSION && !product.passed.has(run.version)) {
    flaws.push(`committed ${run.version} without a self-test`)
  }
  // What the disk would not let go of goes at the next start.
  const mayStay = faults.some(({ what }) => what === 'EIO')
  const left = disk
    .files()
    .filter((path) => !mayStay && (path.endsWith('.new') || path.includes('/download/')))
  if (left.length > 0) flaws.push(`left over: ${left}`)
  const allowedExits = faults.filter(({ what }) => what === 'EIO' || what === 'damage').length
  if (machine.exits > allowedExits) {
    flaws.push(`the agent ended ${machine.exits} times by itself: ${machine.exitReasons}`)
  }
  return [...flaws, ...flawsOfReports(machine, faults)]
}

function otherEnds({ otherwise }: Scenario, faults: readonly Fault[]): End[] {
  const codes = faults.flatMap((fault) => {
    if (fault.what === 'network') return fault.how === 'elsewhere' ? CODES_OF_WRONG_BYTES : []
    return CODES_OF[fault.what] ?? []
  })
  return otherwise.flatMap((end) => codes.map((code) => ({ ...end, code })))
}

/** In the order in which they came, each report's code; the state that follows repeats none. */
function codesOf(reports: readonly Report[]): string[] {
  return reports.flatMap(({ code, state, refused }) =>
    code === undefined || refused !== undefined || state === 'rollingBack' ? [] : [code],
  )
}

function flawsOfReports({ run, server }: SimulatedMachine, faults: readonly Fault[]): string[] {
  const flaws: string[] = []
  if (server.conflicts.length > 0) flaws.push(`reports told twice: ${server.conflicts}`)
  const lostRecord = faults.some(({ what }) => what === 'damage')
  let before: { report: Report; token: string } | undefined
  for (const told of server.received) {
    const { seq, prev } = told.report
    const isNext = seq === (before?.report.seq ?? 0) + 1
    const fits = prev === (before === undefined ? '' : tokenDigest(before.token))
    if (!(isNext && fits) && !lostRecord) flaws.push(`report ${seq} does not follow`)
    before = told
  }
  const last = before?.report
  if (last?.state !== 'idle' || last.version !== run?.version) {
    flaws.push(`the last report says ${last?.state} ${last?.version}`)
  }
  return flaws
}
