/**
 * Where trusted metadata lies between two refreshes. What it returns is verified again each time,
 * so a store may lose a file and may even hold rubbish; what it must not do is bring back an older
 * file after a power loss, because that would undo the protection against rollback attacks.
 */
export interface MetadataStore {
  /** The bytes saved last for this role; undefined when there are none. */
  load(role: string): Promise<Uint8Array | undefined>

  /** Resolves once a power loss can no longer undo the write. The old bytes stay until then. */
  save(role: string, bytes: Uint8Array): Promise<void>

  /** Nothing there is no error. */
  remove(role: string): Promise<void>
}
