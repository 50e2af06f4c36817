import type { Kysely, Selectable } from 'kysely'
import type { SignedDeclaration } from '../../../dossier/declaration.ts'
import type { DeclarationStore } from '../../../dossier/declaration-store.ts'
import type { Tables } from '../database.ts'

export class SqlDeclarationStore implements DeclarationStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async latest(product: string): Promise<SignedDeclaration | undefined> {
    const [latest] = await this.list(product, { before: undefined, limit: 1 })
    return latest
  }

  async list(
    product: string,
    { before, limit }: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly SignedDeclaration[]> {
    const rows = await this.#database
      .selectFrom('declarations')
      .selectAll()
      .where('product', '=', product)
      .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(declarationOf)
  }

  async add(product: string, declaration: SignedDeclaration): Promise<boolean> {
    const { number, at, by: author } = declaration
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('declarations')
      .values({ product, number, at, author, content: JSON.stringify(declaration) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }
}

function declarationOf({ content }: Selectable<Tables['declarations']>): SignedDeclaration {
  const { document, ...rest } = JSON.parse(content) as SignedDeclaration
  return { ...rest, document }
}
