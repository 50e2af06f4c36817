/** How far somebody outside has been told: of the log server, the number of the last entry that was sent. */
/** Under which name the log server's is kept. */
export const LOG_SERVER = 'log-server'

export interface ToldStore {
  /** 0 when nothing was ever told. */
  position(name: string): Promise<number>
  save(name: string, position: number): Promise<void>
}
