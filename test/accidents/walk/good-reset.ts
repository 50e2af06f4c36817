/**
 * What has to hold for a device after a reset, whatever befell it on the way: what was the owner's is gone,
 * what protects the device from its past is there, it was done once and told once.
 */
import { isDeepStrictEqual } from 'node:util'
import type { FolderInode } from '../../support/simulated-disk/inode.ts'
import type { SimulatedMachine } from '../../support/simulated-machine/simulated-machine.ts'
import {
  LIVED,
  MARKER,
  OWNERS_FOLDER,
  TRIGGER,
} from '../../support/simulated-machine/simulated-reset.ts'

const DATA_KEY = '/data/data-key/key'
const IDENTITY_KEY = '/data/identity/key.pem'

export function flawsOfReset(
  { run, disk, server }: SimulatedMachine,
  level: 'factory' | 'settings' | 'erase',
  before: FolderInode,
): string[] {
  if (run === undefined) return []
  const flaws: string[] = []
  const { record } = run
  for (const [name, value] of Object.entries(LIVED)) {
    const seen: unknown = record[name as keyof typeof LIVED]
    const isKept = name === 'clockFloor' || name === 'audiences' || isDeepStrictEqual(seen, value)
    if (!isKept) flaws.push(`${name} did not stay: ${JSON.stringify(seen)}`)
  }
  if (record.clockFloor < LIVED.clockFloor) flaws.push(`the clock floor fell: ${record.clockFloor}`)
  const isChosen = Object.keys(record.owner).length > 0
  if (isChosen !== (level === 'erase')) flaws.push(`owner: ${JSON.stringify(record.owner)}`)

  const paths = disk.files()
  const marked = paths.filter((path) => disk.peek(path)?.includes(MARKER))
  const owners = paths.filter((path) => path.startsWith(`${OWNERS_FOLDER}/`))
  if (level === 'settings') {
    if (owners.length !== 2 || marked.length !== 3) flaws.push(`of the data is left ${marked}`)
  } else {
    if (owners.length > 0) flaws.push(`erased, and still there: ${owners}`)
    if (marked.some((path) => !(level === 'erase' && path.startsWith('/data/page/')))) {
      flaws.push(`readable after erasing: ${marked}`)
    }
    if (disk.find(OWNERS_FOLDER)?.kind !== 'folder') flaws.push('the folder for data is missing')
  }
  const old = bytesIn(before, DATA_KEY)
  const isSameKey = old?.equals(disk.peek(DATA_KEY) ?? Buffer.alloc(0)) ?? false
  if (isSameKey !== (level === 'settings')) flaws.push('the data key is the wrong one')
  if (disk.peek(DATA_KEY)?.length !== 32) flaws.push('there is no data key')
  const identity = bytesIn(before, IDENTITY_KEY)
  if (identity === undefined || !identity.equals(disk.peek(IDENTITY_KEY) ?? Buffer.alloc(0))) {
    flaws.push('the identity changed')
  }
  for (const path of [TRIGGER, '/data/reset/intent.json']) {
    if (disk.peek(path) !== undefined) flaws.push(`${path} is left`)
  }
  const receipts = paths.filter((path) => path.startsWith('/data/receipts/'))
  if (receipts.length !== 1) flaws.push(`receipts: ${receipts}`)
  const told = server.received.flatMap(({ report }) =>
    report.event === undefined ? [] : [report.event.name],
  )
  const expected = level === 'erase' ? 'erased' : 'reset'
  if (told.join() !== expected) flaws.push(`told ${told}, not ${expected}`)
  return flaws
}

function bytesIn(root: FolderInode, path: string): Buffer | undefined {
  let inode: FolderInode | undefined = root
  const names = path.split('/').filter((name) => name !== '')
  const last = names.pop() ?? ''
  for (const name of names) {
    const found: unknown = inode?.names.get(name)
    inode = found as FolderInode | undefined
  }
  const file = inode?.names.get(last)
  return file?.kind === 'file' ? file.bytes : undefined
}
