/** The tables of migration 0022 as kysely sees them. Times are seconds since 1970. */
export interface DossierTables {
  dossiers: {
    product: string
    version: number
    state: 'building' | 'built' | 'failed'
    begun_at: number
    /** Account id. */
    author: string
    alive_at: number
    files_done: number
    files_in_all: number
    /** JSON: BuiltDossier. */
    built: string | null
    trouble: string | null
  }
  declarations: {
    product: string
    number: number
    at: number
    /** Account id. */
    author: string
    /** JSON: SignedDeclaration. */
    content: string
  }
}
