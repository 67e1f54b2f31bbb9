import { readDatabaseConfig } from '../../cli/config';
import { ConfigError } from '../../gateway/config';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readDatabaseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
};

describe('the length of a registry’s lists', () => {
  it('is 500 unless it is set', () => {
    expect(readDatabaseConfig({}).listItemsMax).toBe(500);
    expect(readDatabaseConfig({ REGISTRY_LIST_ITEMS_MAX: '20' }).listItemsMax).toBe(20);
  });

  it.each(['0', '-1', '1e3', 'many', '100001'])('cannot be %s', (REGISTRY_LIST_ITEMS_MAX) => {
    expect(problemsOf({ REGISTRY_LIST_ITEMS_MAX })).toEqual([
      'REGISTRY_LIST_ITEMS_MAX must be a whole number from 1 to 100000.',
    ]);
  });
});

describe('DATA_DIR', () => {
  it.each(['/proc/x', '/proc/x/y', '/dev/null'])(
    '%s, where no folder can be made, is refused with the cure',
    (DATA_DIR) => {
      expect(problemsOf({ DATA_DIR })).toEqual([
        `DATA_DIR ${DATA_DIR} cannot be written: make it a writable folder, or name another.`,
      ]);
    },
  );

  it('is not looked at when every registry is in PostgreSQL', () => {
    const url = 'postgres://u@db/d';
    const urls = { CITIZEN_IDENTITY_DATABASE_URL: url, CIVIL_STATUS_DATABASE_URL: url, LAND_DATABASE_URL: url };
    expect(problemsOf({ DATA_DIR: '/proc/x', ...urls })).toEqual([]);
  });
});
