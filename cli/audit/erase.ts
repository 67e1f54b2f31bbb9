export const erase = async (_: string[]) => 1;
