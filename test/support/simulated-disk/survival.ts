/**
 * What is left of a disk when the power fails. All that was synced, and of the rest whatever the
 * kernel and the disk happened to have written: nothing, everything, names without their bytes, bytes
 * without their names, halves, zeros, or some of each in any order.
 */
import {
  applyName,
  type ContentChange,
  changed,
  FileInode,
  FolderInode,
  type Inode,
  type NameChange,
} from './inode.ts'

/** A number is the seed of a chance for each change of its own. */
export type Survival = 'nothing' | 'everything' | 'names' | 'bytes' | 'halves' | 'zeros' | number

/** The ones that differ when both names and bytes are on their way to the disk. */
export const SURVIVALS: readonly Survival[] = [
  'nothing',
  'everything',
  'names',
  'bytes',
  'halves',
  'zeros',
]

/** As the next boot finds it: everything on it is durable. */
export function afterPowerLoss(root: FolderInode, survival: Survival): FolderInode {
  const chance = typeof survival === 'number' ? numbersFrom(survival) : () => 0
  return folderAfter(root, survival, chance)
}

function folderAfter(folder: FolderInode, survival: Survival, chance: () => number): FolderInode {
  const after = new FolderInode(folder.mode)
  const names = new Map(folder.durableNames)
  for (const change of folder.changes) applyWhatSurvives(names, change, survival, chance)
  for (const [name, inode] of names) after.names.set(name, inodeAfter(inode, survival, chance))
  after.sync()
  return after
}

function inodeAfter(inode: Inode, survival: Survival, chance: () => number): Inode {
  if (inode.kind === 'folder') return folderAfter(inode, survival, chance)
  let bytes = inode.durableBytes
  if (inode.changes.length > 0 && survival === 'everything') bytes = Buffer.from(inode.bytes)
  let mode = inode.durableMode
  const last = inode.changes.findLastIndex(({ kind }) => kind === 'write')
  inode.changes.forEach((change, index) => {
    const left = whatSurvives(change, survival, index === last, chance, inode.durableBytes.length)
    if (left === undefined) return
    if (left.kind === 'mode') mode = left.mode
    else if (survival !== 'everything') bytes = changed(bytes, left)
  })
  const after = new FileInode(mode, bytes)
  after.isUnreadable = inode.isUnreadable
  after.writtenMs = inode.writtenMs
  return after
}

function applyWhatSurvives(
  names: Map<string, Inode>,
  change: NameChange,
  survival: Survival,
  chance: () => number,
): void {
  if (survival === 'nothing' || survival === 'bytes') return
  const drawn = typeof survival === 'number' ? chance() : 0
  if (drawn < 0.5) applyName(names, change)
  // Both names lead to the file: a file system without a journal was half way through.
  else if (drawn < 0.6 && change.kind === 'rename') names.set(change.name, change.inode)
}

function whatSurvives(
  change: ContentChange,
  survival: Survival,
  isLast: boolean,
  chance: () => number,
  durableLength: number,
): ContentChange | undefined {
  switch (survival) {
    case 'nothing':
    case 'names':
      return undefined
    case 'everything':
    case 'bytes':
      return change
    case 'halves':
      return isLast ? firstHalf(change) : change
    case 'zeros':
      // The length was written, the blocks were not: what delayed allocation leaves.
      return change.kind === 'write' ? zeros(change, durableLength) : change
    default: {
      const drawn = chance()
      if (drawn < 0.4) return undefined
      if (drawn < 0.6) return firstHalf(change)
      if (drawn < 0.7) return secondHalf(change)
      return change
    }
  }
}

function firstHalf(change: ContentChange): ContentChange {
  if (change.kind !== 'write') return change
  return { ...change, bytes: change.bytes.subarray(0, change.bytes.length >> 1) }
}

function secondHalf(change: ContentChange): ContentChange {
  if (change.kind !== 'write') return change
  const half = change.bytes.length >> 1
  return { ...change, at: change.at + half, bytes: change.bytes.subarray(half) }
}

/** Only blocks that are new can be zeros: what is overwritten in place is the old bytes or the new. */
function zeros(
  change: Extract<ContentChange, { kind: 'write' }>,
  durableLength: number,
): ContentChange {
  const bytes = Buffer.from(change.bytes)
  bytes.fill(0, Math.min(bytes.length, Math.max(0, durableLength - change.at)))
  return { ...change, bytes }
}

/** Mulberry32: the same numbers for the same seed. */
export function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
