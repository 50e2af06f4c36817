/**
 * Files and folders as a kernel has them: what running programs see, what of it is durable, and the
 * changes in between, in their order. Nothing is durable that was not synced: the bytes and the mode
 * of a file by its own sync, a name by the sync of its folder.
 */

/** What happened to a file since its last sync. */
export type ContentChange =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly length: number }
  | { readonly kind: 'mode'; readonly mode: number }

/** What happened to the names in a folder since its last sync. */
export type NameChange =
  | { readonly kind: 'set'; readonly name: string; readonly inode: Inode }
  | { readonly kind: 'remove'; readonly name: string }
  | {
      readonly kind: 'rename'
      readonly from: string
      readonly name: string
      readonly inode: Inode
    }

export type Inode = FileInode | FolderInode

export class FileInode {
  readonly kind = 'file'
  mode: number
  durableMode: number
  changes: ContentChange[] = []
  /** Its blocks are bad, until somebody writes them anew. */
  isUnreadable = false
  /** By the clock of the device. */
  writtenMs = 0
  /** With room behind the end; another file may have the same until one of them changes. */
  #room: Buffer
  #length: number
  #isShared = true
  /** What each change replaced, so that what is durable can be had back: copies are dear. */
  #undo: { readonly at: number; readonly bytes: Buffer; readonly length: number }[] = []

  constructor(mode: number, bytes: Buffer = Buffer.alloc(0)) {
    this.mode = mode
    this.durableMode = mode
    this.#room = bytes
    this.#length = bytes.length
  }

  /** Valid until the next change. */
  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length)
  }

  get length(): number {
    return this.#length
  }

  get durableBytes(): Buffer {
    if (this.#undo.length === 0) return this.bytes
    let bytes = Buffer.from(this.bytes)
    for (const { at, bytes: before, length } of this.#undo.toReversed()) {
      const earlier = Buffer.alloc(length)
      bytes.copy(earlier, 0, 0, Math.min(length, bytes.length))
      before.copy(earlier, at)
      bytes = earlier
    }
    return bytes
  }

  change(change: ContentChange): void {
    this.changes.push(change)
    if (change.kind === 'mode') {
      this.mode = change.mode
      return
    }
    const length = this.#length
    const at = change.kind === 'write' ? change.at : change.length
    const end = change.kind === 'write' ? at + change.bytes.length : length
    const before = Buffer.from(this.#room.subarray(Math.min(at, length), Math.min(end, length)))
    this.#undo.push({ at, bytes: before, length })
    if (change.kind === 'truncate') this.#resize(change.length)
    else {
      this.isUnreadable = false
      this.#resize(Math.max(length, end))
      this.#room.set(change.bytes, at)
    }
  }

  sync(): void {
    this.durableMode = this.mode
    this.changes = []
    this.#undo = []
  }

  /** Everything in it is replaced, at once and durably. */
  replace(bytes: Buffer): void {
    this.#room = bytes
    this.#length = bytes.length
    this.#isShared = true
    this.sync()
  }

  /** A hole is full of zeros, as everywhere. */
  #resize(length: number): void {
    if (this.#isShared || length > this.#room.length) {
      const room = Buffer.alloc(Math.max(length, this.#room.length))
      this.bytes.copy(room)
      this.#room = room
      this.#isShared = false
    } else if (length < this.#length) this.#room.fill(0, length, this.#length)
    this.#length = length
  }
}

export class FolderInode {
  readonly kind = 'folder'
  mode: number
  names = new Map<string, Inode>()
  durableNames = new Map<string, Inode>()
  changes: NameChange[] = []

  constructor(mode: number) {
    this.mode = mode
  }

  change(change: NameChange): void {
    this.changes.push(change)
    applyName(this.names, change)
  }

  sync(): void {
    this.durableNames = new Map(this.names)
    this.changes = []
  }
}

export function applyName(names: Map<string, Inode>, change: NameChange): void {
  if (change.kind === 'remove') {
    names.delete(change.name)
    return
  }
  if (change.kind === 'rename') names.delete(change.from)
  names.set(change.name, change.inode)
}

/** The same for bytes that no file holds. */
export function changed(before: Buffer, change: ContentChange): Buffer {
  if (change.kind === 'mode') return before
  if (change.kind === 'truncate') {
    if (change.length <= before.length) return before.subarray(0, change.length)
    const longer = Buffer.alloc(change.length)
    before.copy(longer)
    return longer
  }
  const after = Buffer.alloc(Math.max(before.length, change.at + change.bytes.length))
  before.copy(after)
  after.set(change.bytes, change.at)
  return after
}
