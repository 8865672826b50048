using TodoApp.Backend;

return await BackendCommands.Run(args);
