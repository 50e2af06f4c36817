/** The tables of migrations 0013 and 0021 as kysely sees them. Times are seconds since 1970. */

export interface LawTables {
  product_facts: {
    product: string
    version: number
    at: number
    /** Account id. */
    author: string
    /** JSON: ProductFacts. */
    facts: string
  }
  support_notices: {
    product: string
    /** A month: 2031-08. */
    ends: string
    months_before: number
    at: number
  }
  risks: {
    product: string
    id: string
    revision: number
    changed_at: number
    changed_by: string
    /** JSON: Risk. */
    risk: string
  }
  risk_assessments: {
    product: string
    version: number
    at: number
    author: string
    /** A person's name. */
    reviewer: string
    /** A day: 2027-11-21. */
    next_review_on: string
    note: string
    /** JSON: the risks as they were. */
    risks: string
  }
  review_notices: {
    product: string
    /** Of the assessment after which nobody reviewed the risks again. */
    version: number
    at: number
  }
  product_record_revisions: {
    product: string
    kind: string
    id: string
    revision: number
    at: number
    /** Account id. */
    author: string
    /** JSON, by the kind; null: removed. */
    content: string | null
  }
  /** The revision that counts now. */
  product_records: {
    product: string
    kind: string
    id: string
    revision: number
  }
}
