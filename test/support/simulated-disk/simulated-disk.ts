/**
 * A disk in memory with the honesty of a real one: see inode.ts for what is durable and survival.ts
 * for what a power cut leaves. Every operation is announced first, and whoever listens may let it
 * fail, cut the power before or inside it, or kill the process. From then on nothing answers.
 */
import { FolderInode, type Inode } from './inode.ts'
import { afterPowerLoss, type Survival } from './survival.ts'

export interface DiskOperation {
  readonly kind: 'read' | 'change' | 'sync'
  /** `write slots/boot.json`, for people. */
  readonly name: string
  readonly path: string
  /** How many bytes of room it needs: only such an operation can meet a full disk. */
  readonly allocatesBytes: number
  /** Whether it has a middle: a write, or the removal of several files. */
  readonly hasMiddle: boolean
  /** What a power cut would choose from before it. */
  readonly unsynced: { readonly names: boolean; readonly bytes: boolean }
}

export type Verdict =
  | { readonly what: 'errno'; readonly errno: 'EIO' | 'ENOSPC' }
  /** The operation begins and never ends; `inside`: half of it happened. */
  | { readonly what: 'end'; readonly inside: boolean }

export type Referee = (operation: DiskOperation) => Verdict | undefined

const ROOM_BYTES = 64 * 1024 * 1024

export class SimulatedDisk {
  readonly root: FolderInode
  /** For new bytes; a disk that others fill has none left. */
  capacityBytes = ROOM_BYTES
  /** The device's clock, for the times of files. */
  nowMs: () => number = () => 0
  readonly #referee: Referee
  #isOver = false
  /** Inodes with unsynced changes, so that nobody has to search. */
  readonly #unsynced = new Set<Inode>()

  constructor(referee: Referee, root: FolderInode = new FolderInode(0o700)) {
    this.#referee = referee
    this.root = root
  }

  /** The next boot's disk, after a power cut. */
  afterPowerLoss(referee: Referee, survival: Survival): SimulatedDisk {
    const next = new SimulatedDisk(referee, afterPowerLoss(this.root, survival))
    next.capacityBytes = this.capacityBytes
    next.nowMs = this.nowMs
    return next
  }

  /** The next process's disk: what was written is there, and what was not synced can still be lost. */
  afterKill(referee: Referee): SimulatedDisk {
    const next = new SimulatedDisk(referee, this.root)
    next.capacityBytes = this.capacityBytes
    next.nowMs = this.nowMs
    for (const inode of this.#unsynced) next.#unsynced.add(inode)
    return next
  }

  /** From now on no operation ends: whoever waits for one waits for ever, as without power. */
  end(): void {
    this.#isOver = true
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get usedBytes(): number {
    return bytesBelow(this.root)
  }

  get unsynced(): DiskOperation['unsynced'] {
    let names = false
    let bytes = false
    for (const inode of this.#unsynced) {
      if (inode.changes.length === 0) this.#unsynced.delete(inode)
      else if (inode.kind === 'folder') names = true
      else bytes = true
    }
    return { names, bytes }
  }

  /** Announces an operation, then lets `act` happen, or half of it, or nothing. */
  async operate<Result>(
    plan: Pick<DiskOperation, 'kind' | 'path'> & {
      readonly verb: string
      readonly allocatesBytes?: number
      readonly hasMiddle?: boolean
    },
    act: (half: boolean) => Result,
  ): Promise<Result> {
    if (this.#isOver) return never()
    const { kind, verb, path, allocatesBytes = 0, hasMiddle = false } = plan
    const name = `${verb} ${withoutChance(path)}`
    const { unsynced } = this
    const operation = { kind, name, path, allocatesBytes, hasMiddle, unsynced }
    const verdict = this.#referee(operation)
    // Nothing takes effect at once: a caller that does not wait for a sync is seen to be ahead of it.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#isOver) return never()
    if (verdict?.what === 'errno') throw errno(verdict.errno, verb, path)
    if (verdict?.what === 'end') {
      if (verdict.inside) act(true)
      this.end()
      return never()
    }
    const inode = verb === 'read' ? this.find(path) : undefined
    if (inode?.kind === 'file' && inode.isUnreadable) throw errno('EIO', verb, path)
    if (allocatesBytes > 0 && this.usedBytes + allocatesBytes > this.capacityBytes) {
      throw errno('ENOSPC', verb, path)
    }
    return act(false)
  }

  touched(inode: Inode): void {
    this.#unsynced.add(inode)
    if (inode.kind === 'file') inode.writtenMs = this.nowMs()
  }

  find(path: string): Inode | undefined {
    let inode: Inode | undefined = this.root
    for (const name of namesIn(path)) {
      if (inode?.kind !== 'folder') return undefined
      inode = inode.names.get(name)
    }
    return inode
  }

  /** The folder that holds `path`, and the last name in it. */
  place(path: string, verb: string): { folder: FolderInode; name: string } {
    const names = namesIn(path)
    const name = names.pop() ?? ''
    const folder = this.find(names.join('/'))
    if (folder === undefined) throw errno('ENOENT', verb, path)
    if (folder.kind !== 'folder') throw errno('ENOTDIR', verb, path)
    return { folder, name }
  }

  /** What lies there, without an operation: for whoever checks or prepares the disk. */
  peek(path: string): Buffer | undefined {
    const inode = this.find(path)
    return inode?.kind === 'file' ? inode.bytes : undefined
  }

  /** Something befalls a file at rest: it holds other bytes, or cannot be read without any. */
  spoil(path: string, bytes: Buffer | undefined): void {
    const inode = this.find(path)
    if (inode?.kind !== 'file') throw new Error(`no file at ${path}`)
    if (bytes === undefined) inode.isUnreadable = true
    else inode.replace(bytes)
  }

  /** Every file's path, in order. */
  files(): string[] {
    return filesBelow(this.root, '').sort()
  }
}

/** A promise of its own each time: what waits for it, and for nothing else, is forgotten. */
export const never = () => new Promise<never>(() => {})

export function errno(code: string, verb: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${verb} '${path}'`), { code, syscall: verb, path })
}

export function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

/** A durable write's file beside has chance in its name. */
function withoutChance(path: string): string {
  return path.replace(/\.[0-9a-f]{12}\.new$/, '.new')
}

function bytesBelow(folder: FolderInode): number {
  let bytes = 0
  for (const inode of folder.names.values()) {
    bytes += inode.kind === 'file' ? inode.length : bytesBelow(inode)
  }
  return bytes
}

function filesBelow(folder: FolderInode, path: string): string[] {
  return [...folder.names].flatMap(([name, inode]) =>
    inode.kind === 'file' ? [`${path}/${name}`] : filesBelow(inode, `${path}/${name}`),
  )
}
