/** What the agent uses of `node:fs/promises`, over the simulated disk that is mounted now. */
import { constants, type Dirent, type Stats } from 'node:fs'
import { FileInode, FolderInode, type Inode } from './inode.ts'
import { errno, namesIn, never, SimulatedDisk } from './simulated-disk.ts'

let mounted = new SimulatedDisk(() => undefined)

/** Every later call goes to this disk; files that are open stay with theirs. */
export function mount(disk: SimulatedDisk): void {
  mounted = disk
}

/** A folder's block, an inode: what a name costs on a full disk. */
const NAME_BYTES = 1
const BLOCK_BYTES = 4096

const FLAGS: Readonly<Record<string, number>> = {
  r: constants.O_RDONLY,
  'r+': constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
  ax: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_EXCL,
}

export async function open(
  path: string,
  flags: string | number = 'r',
  mode = 0o666,
): Promise<SimulatedHandle> {
  const disk = mounted
  const bits = typeof flags === 'number' ? flags : FLAGS[flags]
  if (bits === undefined) throw new Error(`the simulated disk does not know the flags ${flags}`)
  const before = disk.find(path)
  const creates = (bits & constants.O_CREAT) !== 0 && before === undefined
  const truncates = (bits & constants.O_TRUNC) !== 0 && before !== undefined
  const kind = creates || truncates ? 'change' : 'read'
  const plan = { kind, verb: creates ? 'create' : 'open', path } as const
  return disk.operate({ ...plan, allocatesBytes: creates ? NAME_BYTES : 0 }, () => {
    const { folder, name } = disk.place(path, 'open')
    let inode: Inode | undefined = name === '' ? folder : folder.names.get(name)
    if (inode !== undefined && (bits & constants.O_EXCL) !== 0) throw errno('EEXIST', 'open', path)
    if (inode === undefined) {
      if ((bits & constants.O_CREAT) === 0) throw errno('ENOENT', 'open', path)
      inode = new FileInode(mode & 0o777)
      folder.change({ kind: 'set', name, inode })
      disk.touched(folder)
    }
    if (inode.kind === 'folder' && (bits & (constants.O_WRONLY | constants.O_RDWR)) !== 0) {
      throw errno('EISDIR', 'open', path)
    }
    if (inode.kind === 'file' && truncates) {
      inode.change({ kind: 'truncate', length: 0 })
      disk.touched(inode)
    }
    return new SimulatedHandle(disk, inode, path, (bits & constants.O_APPEND) !== 0)
  })
}

export class SimulatedHandle {
  readonly #disk: SimulatedDisk
  readonly #inode: Inode
  readonly #path: string
  readonly #appends: boolean
  #position = 0

  constructor(disk: SimulatedDisk, inode: Inode, path: string, appends: boolean) {
    this.#disk = disk
    this.#inode = inode
    this.#path = path
    this.#appends = appends
  }

  read(buffer: Buffer, offset: number, length: number, position: number | null) {
    return this.#operate('read', 'read', () => {
      const from = position ?? this.#position
      const bytesRead = this.#file().bytes.copy(buffer, offset, from, from + length)
      if (position === null) this.#position += bytesRead
      return { bytesRead, buffer }
    })
  }

  write(buffer: Uint8Array, offset = 0, length = buffer.length - offset, position?: number | null) {
    const end = this.#file().length
    const at = this.#appends ? end : (position ?? this.#position)
    const plan = { allocatesBytes: Math.max(0, at + length - end), hasMiddle: true }
    return this.#operate(
      'change',
      'write',
      (half) => {
        const bytesWritten = half ? length >> 1 : length
        // Copied: the caller may use the buffer again.
        const copy = Buffer.from(buffer.subarray(offset, offset + bytesWritten))
        this.#file().change({ kind: 'write', at, bytes: copy })
        if (typeof position !== 'number') this.#position = at + bytesWritten
        return { bytesWritten, buffer }
      },
      plan,
    )
  }

  async writeFile(contents: Uint8Array | string): Promise<void> {
    await this.write(typeof contents === 'string' ? Buffer.from(contents) : contents, 0)
  }

  async appendFile(contents: Uint8Array | string): Promise<void> {
    await this.writeFile(contents)
  }

  readFile(encoding?: BufferEncoding): Promise<Buffer | string> {
    return this.#operate('read', 'read', () => {
      const bytes = Buffer.from(this.#file().bytes)
      return encoding === undefined ? bytes : bytes.toString(encoding)
    })
  }

  truncate(length = 0): Promise<void> {
    return this.#operate('change', 'truncate', () =>
      this.#file().change({ kind: 'truncate', length }),
    )
  }

  chmod(mode: number): Promise<void> {
    return this.#operate('change', 'chmod', () => changeMode(this.#inode, mode))
  }

  stat(): Promise<Stats> {
    return this.#operate('read', 'stat', () => statsOf(this.#inode))
  }

  sync(): Promise<void> {
    return this.#operate('sync', 'sync', () => this.#inode.sync())
  }

  datasync(): Promise<void> {
    return this.sync()
  }

  /** Closing a file makes nothing durable and cannot meet an accident of its own. */
  async close(): Promise<void> {
    if (this.#disk.isOver) return never()
  }

  #operate<Result>(
    kind: 'read' | 'change' | 'sync',
    verb: string,
    act: (half: boolean) => Result,
    more: { allocatesBytes?: number; hasMiddle?: boolean } = {},
  ): Promise<Result> {
    const plan = { kind, verb, path: this.#path, ...more }
    return this.#disk.operate(plan, (half) => {
      const result = act(half)
      if (kind === 'change') this.#disk.touched(this.#inode)
      return result
    })
  }

  #file(): FileInode {
    if (this.#inode.kind !== 'file') throw errno('EISDIR', 'read', this.#path)
    return this.#inode
  }
}

export function readFile(path: string): Promise<Buffer>
export function readFile(path: string, encoding: BufferEncoding): Promise<string>
export async function readFile(path: string, encoding?: BufferEncoding): Promise<Buffer | string> {
  const disk = mounted
  const bytes = await disk.operate({ kind: 'read', verb: 'read', path }, () => {
    const inode = found(disk, path, 'open')
    if (inode.kind === 'folder') throw errno('EISDIR', 'read', path)
    return Buffer.from(inode.bytes)
  })
  return encoding === undefined ? bytes : bytes.toString(encoding)
}

export async function writeFile(
  path: string,
  contents: Uint8Array | string,
  options: { mode?: number } = {},
): Promise<void> {
  const file = await open(path, 'w', options.mode)
  await file.writeFile(contents)
  await file.close()
}

export async function copyFile(from: string, to: string): Promise<void> {
  await writeFile(to, await readFile(from))
}

export function stat(path: string): Promise<Stats> {
  const disk = mounted
  return disk.operate({ kind: 'read', verb: 'stat', path }, () =>
    statsOf(found(disk, path, 'stat')),
  )
}

/** There are no links here. */
export const lstat = stat

export async function access(path: string): Promise<void> {
  await stat(path)
}

/** Nobody here is anybody else. */
export async function chown(): Promise<void> {}

export function chmod(path: string, mode: number): Promise<void> {
  const disk = mounted
  return disk.operate({ kind: 'change', verb: 'chmod', path }, () => {
    const inode = found(disk, path, 'chmod')
    changeMode(inode, mode)
    disk.touched(inode)
  })
}

export function mkdir(
  path: string,
  options: number | { recursive?: boolean; mode?: number } = {},
): Promise<string | undefined> {
  const disk = mounted
  const { recursive = false, mode = 0o777 } =
    typeof options === 'number' ? { mode: options } : options
  const missing = namesIn(path).map((_, index, names) => `/${names.slice(0, index + 1).join('/')}`)
  const making = missing.filter((folder) => disk.find(folder) === undefined)
  const plan = {
    kind: making.length === 0 ? ('read' as const) : ('change' as const),
    verb: 'mkdir',
    path,
    allocatesBytes: making.length * NAME_BYTES,
    hasMiddle: making.length > 1,
  }
  return disk.operate(plan, (half) => {
    if (!recursive && disk.find(path) !== undefined) throw errno('EEXIST', 'mkdir', path)
    for (const folder of half ? making.slice(0, making.length >> 1) : making) {
      const { folder: parent, name } = disk.place(folder, 'mkdir')
      parent.change({ kind: 'set', name, inode: new FolderInode(mode) })
      disk.touched(parent)
    }
    return recursive ? making[0] : undefined
  })
}

export function readdir(path: string): Promise<string[]>
export function readdir(
  path: string,
  options: { recursive?: boolean; withFileTypes: true },
): Promise<Dirent[]>
export function readdir(
  path: string,
  options: { recursive?: boolean; withFileTypes?: boolean } = {},
): Promise<string[] | Dirent[]> {
  const disk = mounted
  return disk.operate({ kind: 'read', verb: 'list', path }, () => {
    const inode = found(disk, path, 'scandir')
    if (inode.kind !== 'folder') throw errno('ENOTDIR', 'scandir', path)
    const entries = entriesOf(inode, path, options.recursive ?? false)
    return options.withFileTypes === true ? entries : entries.map(({ name }) => name)
  })
}

export function rm(
  path: string,
  { recursive = false, force = false }: { recursive?: boolean; force?: boolean } = {},
): Promise<void> {
  const disk = mounted
  const before = disk.find(path)
  const isThere = before !== undefined
  const plan = { verb: 'remove', path, hasMiddle: before?.kind === 'folder' && recursive }
  return disk.operate({ kind: isThere ? 'change' : 'read', ...plan }, (half) => {
    const inode = disk.find(path)
    if (inode === undefined) {
      if (force) return
      throw errno('ENOENT', 'rm', path)
    }
    if (inode.kind === 'folder' && !recursive) throw errno('ERR_FS_EISDIR', 'rm', path)
    if (half && inode.kind === 'folder') return removeHalf(disk, inode)
    if (inode.kind === 'folder') emptyOut(disk, inode)
    const { folder, name } = disk.place(path, 'rm')
    folder.change({ kind: 'remove', name })
    disk.touched(folder)
  })
}

export const unlink = (path: string): Promise<void> => rm(path)

export function rmdir(path: string): Promise<void> {
  const disk = mounted
  return disk.operate({ kind: 'change', verb: 'rmdir', path }, () => {
    const inode = found(disk, path, 'rmdir')
    if (inode.kind !== 'folder') throw errno('ENOTDIR', 'rmdir', path)
    if (inode.names.size > 0) throw errno('ENOTEMPTY', 'rmdir', path)
    const { folder, name } = disk.place(path, 'rmdir')
    folder.change({ kind: 'remove', name })
    disk.touched(folder)
  })
}

export function rename(from: string, to: string): Promise<void> {
  const disk = mounted
  return disk.operate(
    { kind: 'change', verb: 'rename', path: to, allocatesBytes: NAME_BYTES },
    () => {
      const inode = found(disk, from, 'rename')
      const source = disk.place(from, 'rename')
      const target = disk.place(to, 'rename')
      const there = target.folder.names.get(target.name)
      if (there?.kind === 'folder' && there.names.size > 0) throw errno('ENOTEMPTY', 'rename', to)
      if (source.folder === target.folder) {
        source.folder.change({ kind: 'rename', from: source.name, name: target.name, inode })
      } else {
        target.folder.change({ kind: 'set', name: target.name, inode })
        source.folder.change({ kind: 'remove', name: source.name })
      }
      disk.touched(source.folder)
      disk.touched(target.folder)
    },
  )
}

export function statfs(path: string): Promise<{ bavail: number; bsize: number }> {
  const disk = mounted
  return disk.operate({ kind: 'read', verb: 'statfs', path }, () => {
    const freeBytes = Math.max(0, disk.capacityBytes - disk.usedBytes)
    return { bavail: Math.floor(freeBytes / BLOCK_BYTES), bsize: BLOCK_BYTES }
  })
}

export { constants }

function found(disk: SimulatedDisk, path: string, verb: string): Inode {
  const inode = disk.find(path)
  if (inode === undefined) throw errno('ENOENT', verb, path)
  return inode
}

function changeMode(inode: Inode, mode: number): void {
  if (inode.kind === 'file') inode.change({ kind: 'mode', mode })
  else inode.mode = mode
}

function emptyOut(disk: SimulatedDisk, folder: FolderInode): void {
  for (const [name, inode] of [...folder.names]) {
    if (inode.kind === 'folder') emptyOut(disk, inode)
    folder.change({ kind: 'remove', name })
  }
  disk.touched(folder)
}

function removeHalf(disk: SimulatedDisk, folder: FolderInode): void {
  const names = [...folder.names]
  for (const [name, inode] of names.slice(0, (names.length + 1) >> 1)) {
    if (inode.kind === 'folder') emptyOut(disk, inode)
    folder.change({ kind: 'remove', name })
  }
  disk.touched(folder)
}

function entriesOf(folder: FolderInode, path: string, recursive: boolean): Dirent[] {
  return [...folder.names].flatMap(([name, inode]) => {
    const entry = {
      name,
      parentPath: path,
      isDirectory: () => inode.kind === 'folder',
      isFile: () => inode.kind === 'file',
      isSymbolicLink: () => false,
    } as Dirent
    if (inode.kind === 'file' || !recursive) return [entry]
    return [entry, ...entriesOf(inode, `${path}/${name}`, true)]
  })
}

function statsOf(inode: Inode): Stats {
  const type = inode.kind === 'file' ? constants.S_IFREG : constants.S_IFDIR
  return {
    size: inode.kind === 'file' ? inode.length : BLOCK_BYTES,
    mode: type | inode.mode,
    nlink: 1,
    mtimeMs: inode.kind === 'file' ? inode.writtenMs : 0,
    isFile: () => inode.kind === 'file',
    isDirectory: () => inode.kind === 'folder',
    isSymbolicLink: () => false,
  } as Stats
}
