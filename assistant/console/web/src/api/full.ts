/**
 * What an operation answers, with all its members: the published document leaves open which ones there are, so that
 * clients of an older one go on working; this page comes with its service.
 */
export type Full<T> = T extends (infer Item)[]
  ? Full<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Full<Exclude<T[Name], undefined>> }
    : T;
