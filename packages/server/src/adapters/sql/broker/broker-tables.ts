/** The table of migration 0011 as kysely sees it. Times are seconds since 1970. */
export interface BrokerTables {
  broker_inboxes: {
    client_id: string
    purpose: 'leader' | 'shared'
    /** Of a shared one. */
    holder: string | null
    held_until: number
  }
}
