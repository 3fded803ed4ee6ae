import { Group, Table, Text, UnstyledButton } from "@mantine/core";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  type SortDirection,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import type { Host } from "../api/client";
import { AscendingIcon, DescendingIcon } from "../shell/icons";
import { Addresses, HostGroups, HostName } from "./host-name";
import { HostPaths } from "./host-paths";
import { HostRevision } from "./host-revision";
import { HostState } from "./host-state";
import classes from "./host-table.module.css";
import { pathsOf } from "./hosts";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const column = createColumnHelper<typeof features, Host>();
interface Row {
  original: Host;
}

// Addresses and numbered names sort as people count: 10.42.0.9 before 10.42.0.10.
const byText = (text: (host: Host) => string) => (a: Row, b: Row) =>
  text(a.original).localeCompare(text(b.original), "en", { numeric: true });

const columns = column.columns([
  column.accessor("name", {
    header: "Host",
    sortFn: byText((host) => host.name),
    cell: ({ row }) => <HostName host={row.original} />,
  }),
  column.accessor("state", {
    header: "State",
    sortFn: byText((host) => (host.blocked ? "blocked" : host.state)),
    cell: ({ row }) => <HostState host={row.original} />,
  }),
  column.accessor("addresses", {
    header: "Addresses",
    sortFn: byText((host) => host.addresses.join()),
    cell: ({ row }) => <Addresses host={row.original} />,
  }),
  column.accessor("groups", {
    header: "Groups",
    sortFn: byText((host) => host.groups.join()),
    cell: ({ row }) => <HostGroups host={row.original} />,
  }),
  column.accessor("peers", {
    header: "Path",
    sortFn: (a, b) => pathsOf(a.original).relayed - pathsOf(b.original).relayed,
    cell: ({ row }) => <HostPaths host={row.original} />,
  }),
  column.accessor("revision", {
    header: "Revision",
    sortFn: (a, b) => (a.original.revision?.enforced ?? 0) - (b.original.revision?.enforced ?? 0),
    cell: ({ row }) => <HostRevision host={row.original} />,
  }),
]);

/** The hosts on a screen wide enough for columns. */
export function HostTable({ hosts }: { hosts: Host[] }) {
  const table = useTable({
    features,
    columns,
    data: hosts,
    getRowId: (host) => host.id,
    enableSortingRemoval: false,
    sortDescFirst: false,
    initialState: { sorting: [{ id: "name", desc: false }] },
  });
  return (
    <Table className={classes.table} verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
      <Table.Thead>
        {table.getHeaderGroups().map((group) => (
          <Table.Tr key={group.id}>
            {group.headers.map((header) => {
              const sorted = header.column.getIsSorted();
              return (
                <Table.Th key={header.id} scope="col" aria-sort={ariaSort(sorted)}>
                  <UnstyledButton className={classes.sort} onClick={header.column.getToggleSortingHandler()}>
                    <Group gap={4} wrap="nowrap">
                      <Text component="span" size="sm" fw={600}>
                        <table.FlexRender header={header} />
                      </Text>
                      {sorted === "asc" && <AscendingIcon />}
                      {sorted === "desc" && <DescendingIcon />}
                    </Group>
                  </UnstyledButton>
                </Table.Th>
              );
            })}
          </Table.Tr>
        ))}
      </Table.Thead>
      <Table.Tbody>
        {table.getRowModel().rows.map((row) => (
          <Table.Tr key={row.id}>
            {row.getAllCells().map((cell) => (
              <Table.Td key={cell.id}>
                <table.FlexRender cell={cell} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ariaSort(sorted: false | SortDirection) {
  return sorted === false ? "none" : sorted === "asc" ? "ascending" : "descending";
}
