/** The agent's record in two files that are written in turn, see two-copies.ts. */
import { canonicalJson, parseJson } from '@fleetward/shared'
import { type AgentRecord, recordPerhapsBehind } from '../core/agent-record.ts'
import { parseAgentRecord, recordJson } from '../core/record-json.ts'
import type { RecordStore } from '../ports.ts'
import { TwoCopies } from './two-copies.ts'

/** Above the largest record: its outbox has a bound of its own, the rest is small. */
const FILE_BYTES = 256 * 1024

export class FileRecordStore implements RecordStore {
  readonly #copies: TwoCopies

  constructor(folder: string) {
    this.#copies = new TwoCopies({ folder, name: 'record', fileBytes: FILE_BYTES })
  }

  async load(): Promise<AgentRecord | undefined> {
    const parse = (bytes: Uint8Array) => parseAgentRecord(parseJson(bytes, FILE_BYTES))
    const { value, isPerhapsBehind } = await this.#copies.load(parse)
    return value !== undefined && isPerhapsBehind ? recordPerhapsBehind(value) : value
  }

  save(record: AgentRecord): Promise<void> {
    return this.#copies.save(canonicalJson(recordJson(record)))
  }
}
